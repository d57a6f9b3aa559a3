import Addressing

extension ListenAddress {
  /// What a server listens on where nothing else is said (pkg/cluster/ports of Kubernetes).
  struct Default: Sendable {
    let isLoopback: Bool
    let port: UInt16

    static let healthz = Default(isLoopback: false, port: 10256)
    static let metrics = Default(isLoopback: true, port: 10249)

    func host(of family: IPFamily) -> IPAddress {
      switch family {
      case .ipv4: IPAddress(ipv4: isLoopback ? 0x7F00_0001 : 0)
      case .ipv6: IPAddress(ipv6High: 0, low: isLoopback ? 1 : 0)
      }
    }

    func address(of family: IPFamily) -> ListenAddress { ListenAddress(host(of: family), port: port) }
  }

  /// The parts of "address:port", "[address]:port", "address", "port" or ":port".
  struct Parts: Equatable {
    var address: IPAddress?
    /// 0 means that there is to be no server.
    var port: UInt16?

    init?(_ text: String) {
      if let address = IPAddress(text) {
        self.address = address
      } else if let port = Self.port(text[...]) {
        self.port = port
      } else {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...])
        else { return nil }
        self.port = port
        let host = text[..<colon]
        if host.isEmpty { return }
        guard let address = Self.address(host) else { return nil }
        self.address = address
      }
    }

    /// A host before a port: IPv6 stands in brackets, IPv4 without.
    private static func address(_ host: Substring) -> IPAddress? {
      let isBracketed = host.first == "[" && host.last == "]"
      guard let address = IPAddress(String(isBracketed ? host.dropFirst().dropLast() : host)) else {
        return nil
      }
      return (address.family == .ipv6) == isBracketed ? address : nil
    }

    private static func port(_ text: Substring) -> UInt16? {
      guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
        return nil
      }
      return UInt16(text)
    }
  }
}
