extension WireNode: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "metadata":
      if let found: WireObjectMeta = try reader.optional() { metadata = found }
    case "spec":
      if let found: WireNodeSpec = try reader.optional() { spec = found }
    case "status":
      if let found: WireNodeStatus = try reader.optional() { status = found }
    default: try reader.skip()
    }
  }
}

extension WireNodeSpec: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "podCIDR": try reader.read(into: &podCidr)
    case "podCIDRs": try reader.read(into: &podCidrs)
    case "taints": try reader.read(into: &taints)
    default: try reader.skip()
    }
  }
}

extension WireTaint: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "key": try reader.read(into: &key)
    case "value": try reader.read(into: &value)
    case "effect": try reader.read(into: &effect)
    default: try reader.skip()
    }
  }
}

extension WireNodeStatus: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "addresses": try reader.read(into: &addresses)
    default: try reader.skip()
    }
  }
}

extension WireNodeAddress: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "type": try reader.read(into: &type)
    case "address": try reader.read(into: &address)
    default: try reader.skip()
    }
  }
}
