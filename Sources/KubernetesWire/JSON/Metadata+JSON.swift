import Kubernetes

extension WireObjectMeta: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "name": try reader.read(into: &name)
    case "namespace": try reader.read(into: &namespace)
    case "uid": try reader.read(into: &uid)
    case "resourceVersion": try reader.read(into: &resourceVersion)
    case "creationTimestamp":
      if let found: WireTime = try reader.optional() { creationTimestamp = found }
    case "deletionTimestamp":
      if let found: WireTime = try reader.optional() { deletionTimestamp = found }
    case "labels": try reader.read(into: &labels)
    case "annotations": try readAnnotations(&reader)
    default: try reader.skip()
    }
  }
}

extension WireObjectMeta {
  private mutating func readAnnotations(_ reader: inout JSONReader) throws(JSONFlaw) {
    if try reader.takeNull() { return }
    var found: [String: String] = [:]
    try reader.object { (name, reader) throws(JSONFlaw) in
      let name = try name.text
      // Most of what annotations hold, and dropped in the end.
      if name == Self.unreadAnnotation { return try reader.skip() }
      found[name] = try reader.string()
    }
    annotations = found
  }
}

extension WireTime: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) {
    self.init()
    let text = try reader.string()
    guard let seconds = Timestamp.seconds(text) else {
      throw .field(FieldFlaw("", "\"\(FieldFlaw.shortened(text))\" is not an RFC 3339 time"))
    }
    self.seconds = seconds
  }
}

extension WireListMeta: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "resourceVersion": try reader.read(into: &resourceVersion)
    case "continue": try reader.read(into: &`continue`)
    case "remainingItemCount":
      if let found: Int64 = try reader.optional() { remainingItemCount = found }
    default: try reader.skip()
    }
  }
}

extension WireObjectHeader: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "metadata":
      if let found: WireObjectMeta = try reader.optional() { metadata = found }
    default: try reader.skip()
    }
  }
}

extension WireTypeMeta: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "apiVersion": try reader.read(into: &apiVersion)
    case "kind": try reader.read(into: &kind)
    default: try reader.skip()
    }
  }
}
