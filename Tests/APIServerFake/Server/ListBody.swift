/// The body of a list, in parts, so that no answer is ever in memory as a whole.
struct ListBody: Sendable {
  let resource: Resource
  let items: [StoredObject]
  let revision: Int64
  var continueToken: String?
  var remainingItemCount: Int?

  private var metadata: Value {
    var metadata: Value = ["resourceVersion": .text(revision)]
    if let continueToken { metadata["continue"] = .string(continueToken) }
    if let remainingItemCount { metadata["remainingItemCount"] = .number(remainingItemCount) }
    return metadata
  }

  /// Everything before the items.
  func head(_ format: Format) -> [UInt8] {
    switch format {
    case .json:
      let head: Value = [
        "kind": .string(resource.kind + "List"), "apiVersion": .string(resource.apiVersion),
        "metadata": metadata,
      ]
      return head.json.dropLast() + Array(#","items":["#.utf8)
    case .protobuf:
      var writer = ProtobufWriter()
      writer.message(field: 1) { ProtobufMessage.listMeta.write(metadata, to: &$0) }
      let length = items.reduce(writer.bytes.count) { length, item in
        length + ProtobufWriter.header(field: 2, length: item.protobuf.count).count + item.protobuf.count
      }
      let envelope = Envelope.head(
        apiVersion: resource.apiVersion, kind: resource.kind + "List", messageLength: length)
      return envelope + writer.bytes
    }
  }

  func item(at index: Int, _ format: Format) -> [UInt8] {
    switch format {
    case .json: (index == 0 ? [] : [UInt8(ascii: ",")]) + items[index].json
    case .protobuf:
      ProtobufWriter.header(field: 2, length: items[index].protobuf.count) + items[index].protobuf
    }
  }

  func tail(_ format: Format) -> [UInt8] {
    switch format {
    case .json: Array("]}\n".utf8)
    case .protobuf: Envelope.tail
    }
  }
}
