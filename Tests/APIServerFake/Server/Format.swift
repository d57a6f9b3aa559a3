/// What a body is written in.
enum Format: Sendable {
  case json
  case protobuf

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .protobuf: "application/vnd.kubernetes.protobuf"
    }
  }

  /// As recorded: JSON streams have no parameter.
  var watchMediaType: String { self == .json ? mediaType : "\(mediaType);stream=watch" }

  /// The first media type of the header field Accept that the server has.
  ///
  /// - Returns: nil if it has none of them, which is a 406.
  static func negotiated(accept: String, personality: Personality) -> Format? {
    let types = accept.split(separator: ",").map { type in
      type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    }
    if types.isEmpty { return .json }
    for type in types {
      switch type {
      case Format.json.mediaType, "application/*", "*/*": return .json
      case Format.protobuf.mediaType where personality.speaksProtobuf: return .protobuf
      default: continue
      }
    }
    return nil
  }

  static func accepted(by personality: Personality) -> [String] {
    ["application/json", "application/yaml"] + (personality.speaksProtobuf ? [protobuf.mediaType] : [])
  }

  func encode(_ status: StatusBody) -> [UInt8] {
    switch self {
    case .json: status.value.json + [UInt8(ascii: "\n")]
    case .protobuf:
      Envelope.wrap(ProtobufMessage.status.encode(status.value), apiVersion: "v1", kind: "Status")
    }
  }

  /// One object by itself.
  func encode(_ object: StoredObject) -> [UInt8] {
    switch self {
    case .json: object.jsonWithType + [UInt8(ascii: "\n")]
    case .protobuf: object.protobufWithType
    }
  }

  // MARK: - Watch events

  func encode(_ event: WatchEvent) -> [UInt8] {
    switch self {
    case .json: Format.line(event.kind.rawValue, event.object.jsonWithType)
    case .protobuf: Envelope.frame(type: event.kind.rawValue, object: event.object.protobufWithType)
    }
  }

  func errorEvent(_ status: StatusBody) -> [UInt8] {
    switch self {
    case .json: Format.line("ERROR", status.value.json)
    case .protobuf: Envelope.frame(type: "ERROR", object: encode(status))
    }
  }

  func bookmark(
    _ resource: Resource, revision: Int64, endsInitialEvents: Bool, personality: Personality
  ) -> [UInt8] {
    var metadata: Value = ["resourceVersion": .text(revision)]
    if personality.writesNullTimes {
      metadata = .object(metadata.members + [Value.Member("creationTimestamp", nil)])
    }
    if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
    let type: [Value.Member] = [
      .init("kind", .string(resource.kind)), .init("apiVersion", .string(resource.apiVersion)),
    ]
    let content = [Value.Member("metadata", metadata)] + resource.emptyMembers
    switch self {
    case .json: return Format.line("BOOKMARK", Value.object(type + content).json)
    case .protobuf:
      let object = Envelope.wrap(
        resource.message.encode(.object(content)), apiVersion: resource.apiVersion, kind: resource.kind)
      return Envelope.frame(type: "BOOKMARK", object: object)
    }
  }

  private static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
    Array(#"{"type":""#.utf8) + Array(type.utf8) + Array(#"","object":"#.utf8) + object + Array("}\n".utf8)
  }
}
