extension WireStatus: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "message": try reader.read(into: &message)
    case "reason": try reader.read(into: &reason)
    case "details":
      if let found: WireStatusDetails = try reader.optional() { details = found }
    case "code": try reader.read(into: &code)
    default: try reader.skip()
    }
  }
}

extension WireStatusDetails: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "causes": try reader.read(into: &causes)
    case "retryAfterSeconds": try reader.read(into: &retryAfterSeconds)
    default: try reader.skip()
    }
  }
}

extension WireStatusCause: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "reason": try reader.read(into: &reason)
    default: try reader.skip()
    }
  }
}
