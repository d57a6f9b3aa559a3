extension WireEndpointSlice: Decodable {
  private enum CodingKeys: CodingKey { case metadata, addressType, endpoints, ports }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.metadata, WireObjectMeta.self) { metadata = found }
    try fields.read(.addressType, into: &addressType)
    try fields.read(.endpoints, into: &endpoints)
    try fields.read(.ports, into: &ports)
  }
}

extension WireEndpoint: Decodable {
  private enum CodingKeys: CodingKey { case addresses, conditions, nodeName, zone, hints, targetRef }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.addresses, into: &addresses)
    if let found = try fields.optional(.conditions, WireEndpointConditions.self) { conditions = found }
    try fields.read(.nodeName, into: &nodeName)
    try fields.read(.zone, into: &zone)
    if let found = try fields.optional(.hints, WireEndpointHints.self) { hints = found }
    if let found = try fields.optional(.targetRef, WireObjectReference.self) { targetRef = found }
  }
}

extension WireEndpointConditions: Decodable {
  private enum CodingKeys: CodingKey { case ready, serving, terminating }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.ready, Bool.self) { ready = found }
    if let found = try fields.optional(.serving, Bool.self) { serving = found }
    if let found = try fields.optional(.terminating, Bool.self) { terminating = found }
  }
}

extension WireEndpointHints: Decodable {
  private enum CodingKeys: CodingKey { case forZones, forNodes }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.forZones, into: &forZones)
    try fields.read(.forNodes, into: &forNodes)
  }
}

extension WireNamedHint: Decodable {
  private enum CodingKeys: CodingKey { case name }

  init(from decoder: any Decoder) throws {
    self.init()
    try decoder.container(keyedBy: CodingKeys.self).read(.name, into: &name)
  }
}

extension WireObjectReference: Decodable {
  private enum CodingKeys: CodingKey { case kind, namespace, name }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.kind, into: &kind)
    try fields.read(.namespace, into: &namespace)
    try fields.read(.name, into: &name)
  }
}

extension WireEndpointPort: Decodable {
  private enum CodingKeys: CodingKey { case name, `protocol`, port, appProtocol }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.name, into: &name)
    try fields.read(.protocol, into: &`protocol`)
    if let found = try fields.optional(.port, Int32.self) { port = found }
    try fields.read(.appProtocol, into: &appProtocol)
  }
}
