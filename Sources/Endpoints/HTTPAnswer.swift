import Addressing

/// What a client asks.
struct HTTPQuestion: Sendable {
  /// Without query.
  var path: String
}

/// What it gets.
public struct HTTPAnswer: Hashable, Sendable {
  public var status: Int
  public var contentType: String
  /// More headers, in order.
  public var headers: [Header]
  public var body: String

  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String
  }

  init(_ body: String, status: Int = 200, contentType: String = Self.plain, headers: [Header] = []) {
    self.body = body
    self.status = status
    self.contentType = contentType
    self.headers = headers
  }

  static let plain = "text/plain; charset=utf-8"
  static let json = "application/json"

  static func notFound(_ sentence: String) -> HTTPAnswer { HTTPAnswer(sentence + "\n", status: 404) }
}

/// Where to listen.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  public let address: IPAddress
  /// 0 for any free one.
  public let port: UInt16

  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// "127.0.0.1:10249", "[::1]:10249". Nil for anything else.
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
