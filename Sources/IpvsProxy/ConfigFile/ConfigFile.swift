import Glibc

/// A config file as it was read.
struct ConfigFile: Sendable {
  let path: String
  let bytes: [UInt8]

  /// Why a file can't be read or written, as the end of a sentence.
  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(errno code: Int32) { description = "\(String(cString: strerror(code))) (errno \(code))" }
  }

  /// Larger than any sensible config file.
  private static let largestSize = 1 << 20

  init(_ path: String) throws(Failure) {
    self.path = path
    // Without O_NONBLOCK, a FIFO would hang the reader.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(errno: errno) }
      bytes += buffer.prefix(count)
      guard bytes.count <= Self.largestSize else { throw Failure(errno: EFBIG) }
    }
    self.bytes = bytes
  }

  /// Writes a file as a whole, readable for everybody.
  static func write(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        close(descriptor)
        throw Failure(errno: code)
      }
      rest = rest.dropFirst(count)
    }
    guard close(descriptor) == 0 else { throw Failure(errno: errno) }
  }

  /// Whether the path leads to other content now. A file that can't be read, be it for the moment of a rename, counts as
  /// unchanged: what was read stays in force.
  var hasChanged: Bool {
    guard let now = try? ConfigFile(path) else { return false }
    return now.bytes != bytes
  }
}
