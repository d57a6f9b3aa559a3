import Glibc

/// Error numbers in words.
public enum Errno {
  /// "No such file or directory (errno 2)". ipset has numbers of its own from 4096 on (linux/netfilter/ipset/ip_set.h).
  public static func name(_ number: Int32) -> String {
    if number >= 4096 { return "ipset error \(number)" }
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "errno \(number)" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "errno \(number)" : "\(String(decoding: bytes, as: UTF8.self)) (errno \(number))"
  }
}
