import Glibc

/// A kernel's version as far as behaviour depends on it.
public struct KernelVersion: Hashable, Sendable {
  public let major: Int
  public let minor: Int

  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// From a release as uname(2) gives it: "6.1.0-56-amd64". Nil unless it starts with two numbers.
  public init?(release: String) {
    let parts = release.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isWholeNumber })
    else { return nil }
    self.init(major, minor)
  }

  /// The running kernel's; nil if it says nothing of use.
  public static var running: KernelVersion? {
    var name = utsname()
    guard uname(&name) == 0 else { return nil }
    let release = withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return KernelVersion(release: release)
  }
}

extension KernelVersion: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension KernelVersion: CustomStringConvertible {
  public var description: String { "\(major).\(minor)" }
}
