/// A metav1.Status of kind Failure: the body of an answer that isn't 200, or the object of an ERROR event.
public struct StatusBody: Sendable, Hashable {
  public var code: Int
  public var reason: String
  public var message: String
  public var details: Value = .null
  /// Of the list's metadata: a token to go on with, although the one that was given has expired.
  public var continueToken: String?

  public init(_ code: Int, reason: String, message: String, details: Value = .null) {
    self.code = code
    self.reason = reason
    self.message = message
    self.details = details
  }

  /// Also a header field.
  public var retryAfterSeconds: Int? { details["retryAfterSeconds"].integer.map(Int.init) }

  var value: Value {
    var metadata: Value = [:]
    if let continueToken { metadata["continue"] = .string(continueToken) }
    var status: Value = [
      "kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure",
      "message": .string(message),
    ]
    if !reason.isEmpty { status["reason"] = .string(reason) }
    status["details"] = details
    status["code"] = .number(code)
    return status
  }
}

// The sentences of kube-apiserver: recorded from 1.36 where the tests have a fixture, else from its sources.
extension StatusBody {
  static func notFound(_ key: ObjectKey) -> StatusBody {
    var details: Value = ["name": .string(key.name)]
    if !key.resource.group.isEmpty { details["group"] = .string(key.resource.group) }
    details["kind"] = .string(key.resource.rawValue)
    let resource =
      key.resource.group.isEmpty ? key.resource.rawValue : "\(key.resource.rawValue).\(key.resource.group)"
    return StatusBody(
      404, reason: "NotFound", message: "\(resource) \"\(key.name)\" not found", details: details)
  }

  static let listExpired = StatusBody(
    410, reason: "Expired", message: "The resourceVersion for the provided list is too old.")

  static func watchExpired(asked: Int64, oldest: Int64) -> StatusBody {
    StatusBody(410, reason: "Expired", message: "too old resource version: \(asked) (\(oldest))")
  }

  static func continueExpired(_ token: ContinueToken) -> StatusBody {
    let message =
      "The provided continue parameter is too old to display a consistent list result. You can start a new "
      + "list without the continue parameter, or use the continue token in this response to retrieve the "
      + "remainder of the results. Continuing with the provided token results in an inconsistent list - "
      + "objects that were created, modified, or deleted between the time the first chunk was returned and "
      + "now may show up in the list."
    var status = StatusBody(410, reason: "Expired", message: message)
    status.continueToken = ContinueToken(revision: -1, last: token.last).text
    return status
  }

  static func futureRevision(_ asked: Int64, current: Int64) -> StatusBody {
    StatusBody(
      504, reason: "Timeout", message: "Timeout: Too large resource version: \(asked), current: \(current)",
      details: [
        "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]],
        "retryAfterSeconds": 1,
      ])
  }

  static func badRequest(_ message: String) -> StatusBody {
    StatusBody(400, reason: "BadRequest", message: message)
  }

  /// Values of the query that don't go together (apimachinery's ValidateListOptions).
  static func invalidOptions(_ problems: [(field: String, message: String)]) -> StatusBody {
    let sentences = problems.map { "\($0.field): Forbidden: \($0.message)" }
    let causes = problems.map { problem -> Value in
      [
        "reason": "FieldValueForbidden", "message": .string("Forbidden: \(problem.message)"),
        "field": .string(problem.field),
      ]
    }
    let all = sentences.count == 1 ? sentences[0] : "[\(sentences.joined(separator: ", "))]"
    return StatusBody(
      422, reason: "Invalid", message: "ListOptions.meta.k8s.io \"\" is invalid: \(all)",
      details: ["group": "meta.k8s.io", "kind": "ListOptions", "causes": .array(causes)])
  }

  static let unauthorized = StatusBody(401, reason: "Unauthorized", message: "Unauthorized")

  static func notAcceptable(_ accepted: [String]) -> StatusBody {
    StatusBody(
      406, reason: "NotAcceptable",
      message: "only the following media types are accepted: \(accepted.joined(separator: ", "))")
  }

  static let unsupportedMediaType = StatusBody(
    415, reason: "UnsupportedMediaType",
    message: "the body of the request was in an unknown format - accepted media types include: "
      + "application/json, application/yaml, application/vnd.kubernetes.protobuf")

  static func notAllowed(_ resource: Resource, verb: String) -> StatusBody {
    var details: Value = ["kind": .string(resource.rawValue)]
    if !resource.group.isEmpty {
      details = ["group": .string(resource.group), "kind": .string(resource.rawValue)]
    }
    return StatusBody(
      403, reason: "Forbidden",
      message:
        "\(resource.rawValue) is forbidden: User \"system:serviceaccount:kube-system:ipvs-proxy\" cannot "
        + "\(verb) resource \"\(resource.rawValue)\" in API group \"\(resource.group)\" at the cluster scope",
      details: details)
  }

  /// What an overloaded or broken server answers.
  static func trouble(_ code: Int, retryAfterSeconds: Int?) -> StatusBody {
    let (reason, message) =
      switch code {
      case 410: ("Expired", "too old resource version")
      case 429: ("TooManyRequests", "too many requests, please try again later")
      case 500: ("InternalError", "Internal error occurred: etcdserver: no leader")
      case 503: ("ServiceUnavailable", "apiserver is shutting down")
      case 504: ("Timeout", "request did not complete within the allotted timeout")
      default: ("", "the server answers \(code)")
      }
    let details: Value = retryAfterSeconds.map { ["retryAfterSeconds": .number($0)] } ?? .null
    return StatusBody(code, reason: reason, message: message, details: details)
  }
}
