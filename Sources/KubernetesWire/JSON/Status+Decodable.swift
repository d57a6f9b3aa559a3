extension WireStatus: Decodable {
  private enum CodingKeys: CodingKey { case message, reason, details, code }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.message, into: &message)
    try fields.read(.reason, into: &reason)
    if let found = try fields.optional(.details, WireStatusDetails.self) { details = found }
    try fields.read(.code, into: &code)
  }
}

extension WireStatusDetails: Decodable {
  private enum CodingKeys: CodingKey { case causes, retryAfterSeconds }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.causes, into: &causes)
    try fields.read(.retryAfterSeconds, into: &retryAfterSeconds)
  }
}

extension WireStatusCause: Decodable {
  private enum CodingKeys: CodingKey { case reason }

  init(from decoder: any Decoder) throws {
    self.init()
    try decoder.container(keyedBy: CodingKeys.self).read(.reason, into: &reason)
  }
}
