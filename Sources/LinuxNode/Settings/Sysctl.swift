/// Kernel settings under /proc/sys, of the network namespace the program works in.
///
/// Keys are paths with slashes, "net/ipv4/ip_forward", because interface names may hold dots.
public struct Sysctl: Sendable {
  private let files: HostFiles

  public init(_ files: HostFiles = HostFiles()) {
    self.files = files
  }

  /// The value without its line end; nil where the kernel has no such setting or it can't be read.
  public func value(_ key: String) -> String? {
    guard let text = try? files.read(path(key)) else { return nil }
    return String(text.prefix { $0 != "\n" })
  }

  public func set(_ key: String, to value: String) throws(HostFiles.Failure) {
    try files.write(value, to: path(key))
  }

  /// The keys right below: "net/ipv6/conf" has one for each interface.
  public func names(below key: String) -> [String] { files.names(in: path(key)) }

  private func path(_ key: String) -> String { "/proc/sys/\(key)" }

  /// "net.ipv4.ip_forward": the key as sysctl(8) prints it, dots in interface names as slashes.
  public static func name(_ key: String) -> String {
    String(key.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
  }
}
