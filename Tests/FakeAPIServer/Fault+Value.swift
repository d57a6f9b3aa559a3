import APIServerFake

extension Fault {
  /// Reads {"status": 429, "verb": "list", "resource": "services", "skips": 1, "times": 2}.
  init(_ value: Value) throws {
    let verb = try Fault.named(value["verb"], "verb", Verb.init(rawValue:))
    let resource = try Fault.named(value["resource"], "resource", Resource.init(rawValue:))
    self.init(
      try Fault.effect(value), of: verb, resource, skips: Int(value["skips"].integer ?? 0),
      times: value["times"].integer.map(Int.init))
  }

  private static func named<T>(_ value: Value, _ member: String, _ find: (String) -> T?) throws -> T? {
    guard let name = value.string else { return nil }
    guard let found = find(name) else { throw CommandError("unknown \(member) \"\(name)\"") }
    return found
  }

  private static func effect(_ value: Value) throws -> Effect {
    if let status = value["status"].integer {
      return .status(Int(status), retryAfterSeconds: value["retryAfterSeconds"].integer.map(Int.init))
    }
    if let status = value["page"].integer { return .page(Int(status)) }
    if let bytes = value["cut"].integer { return .cut(afterBytes: Int(bytes)) }
    if let bytes = value["slow"]["bytes"].integer {
      return .slow(bytes: Int(bytes), pause: .milliseconds(value["slow"]["milliseconds"].integer ?? 100))
    }
    switch value["is"].string {
    case "neverAnswer": return .neverAnswer
    case "hangUp": return .hangUp
    case "expired": return .expired
    case "expiredContinue": return .expiredContinue
    case "garbage": return .garbage
    default: throw CommandError("a fault needs status, page, cut, slow or is")
    }
  }
}
