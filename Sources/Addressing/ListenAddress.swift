/// Where a server listens.
public struct ListenAddress: Hashable, Sendable {
  public var address: IPAddress
  /// 0 for any free one.
  public var port: UInt16

  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension ListenAddress: LosslessStringConvertible {
  /// "127.0.0.1:10249", "[::1]:10249" (RFC 3986 brackets). Nil for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      return nil
    }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(String(host)), isBracketed == (address.family == .ipv6) else { return nil }
    self.init(address, port: port)
  }

  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
