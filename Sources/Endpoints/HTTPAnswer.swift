import Addressing

/// What a client asks.
struct HTTPQuestion: Sendable {
  /// Without query.
  var path: String
  var method = "GET"
  /// What follows the path, decoded.
  var query: [String: String] = [:]
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
