/// Why there is no answer to a question.
public struct Refusal: Codable, Hashable, Sendable {
  public let apiVersion: String
  public let kind: String
  public let message: String

  public init(_ message: String) {
    apiVersion = InspectionVersion.current
    kind = "Error"
    self.message = message
  }
}
