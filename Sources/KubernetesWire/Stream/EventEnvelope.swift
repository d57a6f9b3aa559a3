/// A WatchEvent (meta/v1) before its object is read.
struct EventEnvelope {
  private(set) var type = ""
  /// As it came: in protobuf with an envelope of its own.
  private(set) var object = UnsafeRawBufferPointer(start: nil, count: 0)

  /// `offset` is where the bytes begin in the body.
  init(_ bytes: UnsafeRawBufferPointer, _ format: WireFormat, at offset: Int) throws(WireError) {
    switch format {
    case .protobuf: try readProtobuf(bytes, offset)
    case .json:
      let members = JSONMembers(bytes)
      guard let type = members.string("type"), let object = members.value("object") else {
        throw WireError(.malformed, at: offset, "a line that is no watch event with type and object")
      }
      self.type = type
      self.object = object
    }
  }

  /// WatchEvent { 1: type, 2: RawExtension { 1: bytes } }
  private mutating func readProtobuf(_ bytes: UnsafeRawBufferPointer, _ offset: Int) throws(WireError) {
    var fields = ProtobufFields(bytes, at: offset)
    while let field = try fields.next() {
      switch field.number {
      case 1: type = String(validating: field.content, as: UTF8.self) ?? ""
      case 2:
        var extensionFields = ProtobufFields(field.content, at: offset)
        while let inner = try extensionFields.next() {
          if inner.number == 1 { object = inner.content }
        }
      default: break
      }
    }
  }
}

extension ObjectDecoder {
  /// `offset` is where the event begins in the body.
  func event(_ envelope: EventEnvelope, at offset: Int) throws(WireError) -> WatchEvent {
    if envelope.type == "ERROR" { return .error(try APIStatus(envelope.object, format, at: offset)) }
    let (kind, object) = try content(envelope.object, at: offset)
    guard kind == self.kind.name else {
      let flaw = FieldFlaw("kind", "\(kind.map(FieldFlaw.shortened) ?? "none"), not \(self.kind.name)")
      return .undecodable(undecodable(flaw, object))
    }
    switch envelope.type {
    case "ADDED": return Self.event(self.object(object), WatchEvent.added)
    case "MODIFIED": return Self.event(self.object(object), WatchEvent.modified)
    case "DELETED": return Self.event(version(object), WatchEvent.deleted)
    case "BOOKMARK": return try bookmark(object, at: offset)
    default:
      let type = FieldFlaw.shortened(envelope.type)
      throw WireError(.malformed, at: offset, "a watch event of the unknown type \"\(type)\"")
    }
  }

  private func content(
    _ object: UnsafeRawBufferPointer, at offset: Int
  ) throws(WireError) -> (kind: String?, content: UnsafeRawBufferPointer) {
    switch format {
    case .protobuf:
      let envelope = try ProtobufEnvelope(object, at: offset)
      return (envelope.kind, envelope.content)
    case .json: return (JSONMembers(object).string("kind"), object)
    }
  }

  private static func event<Value>(
    _ result: Result<Value, UndecodableObject>, _ event: (Value) -> WatchEvent
  ) -> WatchEvent {
    switch result {
    case .success(let value): event(value)
    case .failure(let object): .undecodable(object)
    }
  }

  /// A bookmark that can't be read must not be passed over: it may be the one that ends the initial list.
  private func bookmark(_ object: UnsafeRawBufferPointer, at offset: Int) throws(WireError) -> WatchEvent {
    let metadata: WireObjectMeta
    do throws(FieldFlaw) { metadata = try header(object) } catch {
      throw WireError(.malformed, at: offset, "a bookmark that can't be read: \(error.message)")
    }
    guard !metadata.resourceVersion.isEmpty else {
      throw WireError(.malformed, at: offset, "a bookmark without metadata.resourceVersion")
    }
    return .bookmark(
      resourceVersion: metadata.resourceVersion,
      endsInitialList: metadata.annotations["k8s.io/initial-events-end"] == "true")
  }
}
