extension WireObjectMeta {
  /// Name, namespace and version of an object that can't be read as a whole; empty where even that isn't possible.
  init(salvagedFrom bytes: UnsafeRawBufferPointer, _ format: WireFormat) {
    self.init()
    switch format {
    case .protobuf: salvageProtobuf(bytes)
    case .json: salvageJSON(bytes)
    }
  }

  private mutating func salvageJSON(_ bytes: UnsafeRawBufferPointer) {
    guard let metadata = JSONMembers(bytes).value("metadata").map(JSONMembers.init) else { return }
    name = metadata.string("name") ?? ""
    namespace = metadata.string("namespace") ?? ""
    resourceVersion = metadata.string("resourceVersion") ?? ""
  }

  /// The numbers are those of the schema.
  private mutating func salvageProtobuf(_ bytes: UnsafeRawBufferPointer) {
    var fields = ProtobufFields(bytes, at: 0)
    while let field = try? fields.next() {
      guard field.number == 1 else { continue }
      var metadata = ProtobufFields(field.content, at: 0)
      while let field = try? metadata.next() {
        guard let text = String(validating: field.content, as: UTF8.self) else { continue }
        switch field.number {
        case 1: name = text
        case 3: namespace = text
        case 6: resourceVersion = text
        default: break
        }
      }
      return
    }
  }
}
