/// One version of an object, in both forms it is served in. Never changes.
///
/// The forms are kept, not the tree: ten thousand trees would take many times the space.
public final class StoredObject: Sendable {
  public let key: ObjectKey
  public let uid: String
  public let revision: Int64
  let labels: [String: String]
  let fields: [String: String]
  /// JSON without kind and apiVersion, as items of a list are.
  let json: [UInt8]
  /// The protobuf message, without envelope.
  let protobuf: [UInt8]

  /// Encodes a complete object.
  init(_ object: Value, key: ObjectKey, revision: Int64) {
    self.key = key
    self.revision = revision
    uid = object["metadata"]["uid"].string ?? ""
    labels = object["metadata"]["labels"].texts
    fields = key.resource.selectableFields(of: object)
    var item = object
    item["kind"] = nil
    item["apiVersion"] = nil
    json = item.json
    protobuf = key.resource.message.encode(item)
  }

  /// Encodes an object whose content fits no client, in either form: its metadata can be read, what follows can't.
  private init(malformed metadata: Value, key: ObjectKey, revision: Int64) {
    self.key = key
    self.revision = revision
    uid = metadata["uid"].string ?? ""
    labels = metadata["labels"].texts
    fields = key.resource.selectableFields(of: ["metadata": metadata])
    let content: [Value.Member] =
      key.resource == .endpointSlices
      ? [.init("addressType", 4), .init("endpoints", "none"), .init("ports", "none")]
      : [.init("spec", "none"), .init("status", "none")]
    json = Value.object([.init("metadata", metadata)] + content).json
    var writer = ProtobufWriter()
    writer.message(field: 1) { ProtobufMessage.objectMeta.write(metadata, to: &$0) }
    // A nested field that claims to be longer than the message around it.
    writer.write(ProtobufWriter.header(field: 1, length: 200) + [0x0a], field: 2)
    protobuf = writer.bytes
  }

  static func malformed(_ metadata: Value, key: ObjectKey, revision: Int64) -> StoredObject {
    StoredObject(malformed: metadata, key: key, revision: revision)
  }

  /// The object with kind and apiVersion, as it is served by itself and in watch events.
  var jsonWithType: [UInt8] {
    let type: Value = ["kind": .string(key.resource.kind), "apiVersion": .string(key.resource.apiVersion)]
    return type.json.dropLast() + [UInt8(ascii: ",")] + json.dropFirst()
  }

  /// The object in its envelope, as it is served by itself and in watch events.
  var protobufWithType: [UInt8] {
    Envelope.wrap(protobuf, apiVersion: key.resource.apiVersion, kind: key.resource.kind)
  }

  /// The tree again, of a well-formed or malformed object.
  var value: Value {
    // What this class has written can be read.
    (try? Value(json: json)) ?? .null
  }

  /// The same content at another revision, as deletions and objects that leave a selection are told.
  func at(revision: Int64) -> StoredObject {
    var object = value
    object["metadata"]["resourceVersion"] = .text(revision)
    let isMalformed = object["spec"].string != nil || object["endpoints"].string != nil
    return isMalformed
      ? .malformed(object["metadata"], key: key, revision: revision)
      : StoredObject(object, key: key, revision: revision)
  }
}
