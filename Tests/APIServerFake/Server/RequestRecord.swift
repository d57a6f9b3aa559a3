/// One request as the server saw it.
public struct RequestRecord: Sendable, Hashable {
  public enum Authorization: Sendable, Hashable {
    case none
    case bearer(String)
    case basic
    case other
  }

  public let method: String
  /// Decoded, without query.
  public let path: String
  /// Decoded, in the order they came.
  public let query: [QueryItem]
  public let accept: String
  public let contentType: String
  public let userAgent: String
  public let acceptEncoding: String
  public let authorization: Authorization
  /// The client has shown a certificate, which the server has checked.
  public let hasClientCertificate: Bool
  public let verb: Fault.Verb
  public let resource: Resource?
  /// Which connection it came on: requests with the same number shared one.
  public let connection: Int
  /// Of a POST or PATCH in JSON; null without.
  public let body: Value

  public struct QueryItem: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  public subscript(query name: String) -> String? { query.first { $0.name == name }?.value }
}
