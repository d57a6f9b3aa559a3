import Glibc

/// Makes sure that only one instance works in a network namespace.
///
/// The lock is a Unix socket with an abstract name (unix(7)): such names belong to the network namespace, like all
/// that is managed in it, and the kernel takes them back however the process ends. Hold the value for as long as the
/// program works.
public final class InstanceLock: Sendable {
  /// Why the lock can't be had.
  public enum Failure: Error, Hashable, Sendable {
    case alreadyRunning
    /// The kernel's error number, positive.
    case refused(errno: Int32)
  }

  private let descriptor: Int32

  /// - Throws: `.alreadyRunning` while another instance holds the lock.
  public init(name: String = "ipvs-proxy") throws(Failure) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .refused(errno: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = [0] + name.utf8
    guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
      close(descriptor)
      throw .refused(errno: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2) + socklen_t(bytes.count)
    let status = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard status == 0 else {
      let reason = errno
      close(descriptor)
      throw reason == EADDRINUSE ? .alreadyRunning : .refused(errno: reason)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}

extension InstanceLock.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .alreadyRunning: "another ipvs-proxy works on this node; stop it first"
    case .refused(let errno): "the lock against a second instance was refused: errno \(errno)"
    }
  }
}
