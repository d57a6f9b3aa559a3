extension WireNode: Decodable {
  private enum CodingKeys: CodingKey { case metadata, spec, status }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.metadata, WireObjectMeta.self) { metadata = found }
    if let found = try fields.optional(.spec, WireNodeSpec.self) { spec = found }
    if let found = try fields.optional(.status, WireNodeStatus.self) { status = found }
  }
}

extension WireNodeSpec: Decodable {
  private enum CodingKeys: CodingKey { case podCIDR, podCIDRs, taints }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.podCIDR, into: &podCidr)
    try fields.read(.podCIDRs, into: &podCidrs)
    try fields.read(.taints, into: &taints)
  }
}

extension WireTaint: Decodable {
  private enum CodingKeys: CodingKey { case key, value, effect }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.key, into: &key)
    try fields.read(.value, into: &value)
    try fields.read(.effect, into: &effect)
  }
}

extension WireNodeStatus: Decodable {
  private enum CodingKeys: CodingKey { case addresses }

  init(from decoder: any Decoder) throws {
    self.init()
    try decoder.container(keyedBy: CodingKeys.self).read(.addresses, into: &addresses)
  }
}

extension WireNodeAddress: Decodable {
  private enum CodingKeys: CodingKey { case type, address }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.type, into: &type)
    try fields.read(.address, into: &address)
  }
}
