extension WireEndpointSlice: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "metadata":
      if let found: WireObjectMeta = try reader.optional() { metadata = found }
    case "addressType": try reader.read(into: &addressType)
    case "endpoints": try reader.read(into: &endpoints)
    case "ports": try reader.read(into: &ports)
    default: try reader.skip()
    }
  }
}

extension WireEndpoint: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "addresses": try reader.read(into: &addresses)
    case "conditions":
      if let found: WireEndpointConditions = try reader.optional() { conditions = found }
    case "nodeName": try reader.read(into: &nodeName)
    case "zone": try reader.read(into: &zone)
    case "hints":
      if let found: WireEndpointHints = try reader.optional() { hints = found }
    case "targetRef":
      if let found: WireObjectReference = try reader.optional() { targetRef = found }
    default: try reader.skip()
    }
  }
}

extension WireEndpointConditions: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "ready":
      if let found: Bool = try reader.optional() { ready = found }
    case "serving":
      if let found: Bool = try reader.optional() { serving = found }
    case "terminating":
      if let found: Bool = try reader.optional() { terminating = found }
    default: try reader.skip()
    }
  }
}

extension WireEndpointHints: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "forZones": try reader.read(into: &forZones)
    case "forNodes": try reader.read(into: &forNodes)
    default: try reader.skip()
    }
  }
}

extension WireNamedHint: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "name": try reader.read(into: &name)
    default: try reader.skip()
    }
  }
}

extension WireObjectReference: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "kind": try reader.read(into: &kind)
    case "namespace": try reader.read(into: &namespace)
    case "name": try reader.read(into: &name)
    default: try reader.skip()
    }
  }
}

extension WireEndpointPort: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "name": try reader.read(into: &name)
    case "protocol": try reader.read(into: &`protocol`)
    case "port":
      if let found: Int32 = try reader.optional() { port = found }
    case "appProtocol": try reader.read(into: &appProtocol)
    default: try reader.skip()
    }
  }
}
