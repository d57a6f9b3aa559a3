import Kubernetes

extension WireObjectMeta: Decodable {
  private enum CodingKeys: CodingKey {
    case name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, annotations
  }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.name, into: &name)
    try fields.read(.namespace, into: &namespace)
    try fields.read(.uid, into: &uid)
    try fields.read(.resourceVersion, into: &resourceVersion)
    if let time = try fields.optional(.creationTimestamp, WireTime.self) { creationTimestamp = time }
    if let time = try fields.optional(.deletionTimestamp, WireTime.self) { deletionTimestamp = time }
    try fields.read(.labels, into: &labels)
    try fields.read(.annotations, into: &annotations)
  }
}

extension WireTime: Decodable {
  init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let seconds = Timestamp.seconds(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(FieldFlaw.shortened(text))\" is not an RFC 3339 time")
    }
    self.seconds = seconds
  }
}

extension WireListMeta: Decodable {
  private enum CodingKeys: CodingKey { case resourceVersion, `continue`, remainingItemCount }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.resourceVersion, into: &resourceVersion)
    try fields.read(.continue, into: &`continue`)
    if let count = try fields.optional(.remainingItemCount, Int64.self) { remainingItemCount = count }
  }
}

extension WireObjectHeader: Decodable {
  private enum CodingKeys: CodingKey { case metadata }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.metadata, WireObjectMeta.self) { metadata = found }
  }
}

extension WireTypeMeta: Decodable {
  private enum CodingKeys: CodingKey { case apiVersion, kind }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.apiVersion, into: &apiVersion)
    try fields.read(.kind, into: &kind)
  }
}
