extension WireService: Decodable {
  private enum CodingKeys: CodingKey { case metadata, spec, status }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.metadata, WireObjectMeta.self) { metadata = found }
    if let found = try fields.optional(.spec, WireServiceSpec.self) { spec = found }
    if let found = try fields.optional(.status, WireServiceStatus.self) { status = found }
  }
}

extension WireServiceSpec: Decodable {
  private enum CodingKeys: CodingKey {
    case ports, selector, clusterIP, clusterIPs, type, externalIPs, sessionAffinity, sessionAffinityConfig
    case loadBalancerSourceRanges, externalName, externalTrafficPolicy, internalTrafficPolicy
    case healthCheckNodePort, publishNotReadyAddresses, ipFamilyPolicy, ipFamilies
    case allocateLoadBalancerNodePorts
  }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.ports, into: &ports)
    try fields.read(.selector, into: &selector)
    try fields.read(.clusterIP, into: &clusterIp)
    try fields.read(.clusterIPs, into: &clusterIps)
    try fields.read(.type, into: &type)
    try fields.read(.externalIPs, into: &externalIps)
    try fields.read(.sessionAffinity, into: &sessionAffinity)
    if let found = try fields.optional(.sessionAffinityConfig, WireSessionAffinityConfig.self) {
      sessionAffinityConfig = found
    }
    try fields.read(.loadBalancerSourceRanges, into: &loadBalancerSourceRanges)
    try fields.read(.externalName, into: &externalName)
    try fields.read(.externalTrafficPolicy, into: &externalTrafficPolicy)
    try fields.read(.internalTrafficPolicy, into: &internalTrafficPolicy)
    try fields.read(.healthCheckNodePort, into: &healthCheckNodePort)
    try fields.read(.publishNotReadyAddresses, into: &publishNotReadyAddresses)
    try fields.read(.ipFamilyPolicy, into: &ipFamilyPolicy)
    try fields.read(.ipFamilies, into: &ipFamilies)
    if let found = try fields.optional(.allocateLoadBalancerNodePorts, Bool.self) {
      allocateLoadBalancerNodePorts = found
    }
  }
}

extension WireServicePort: Decodable {
  private enum CodingKeys: CodingKey { case name, `protocol`, port, targetPort, nodePort, appProtocol }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.name, into: &name)
    try fields.read(.protocol, into: &`protocol`)
    try fields.read(.port, into: &port)
    if let found = try fields.optional(.targetPort, WireIntOrString.self) { targetPort = found }
    try fields.read(.nodePort, into: &nodePort)
    try fields.read(.appProtocol, into: &appProtocol)
  }
}

extension WireIntOrString: Decodable {
  init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      type = 1
      stringValue = text
    } else {
      intValue = try container.decode(Int32.self)
    }
  }
}

extension WireSessionAffinityConfig: Decodable {
  private enum CodingKeys: CodingKey { case clientIP }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.clientIP, WireClientIPConfig.self) { clientIp = found }
  }
}

extension WireClientIPConfig: Decodable {
  private enum CodingKeys: CodingKey { case timeoutSeconds }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.timeoutSeconds, Int32.self) { timeoutSeconds = found }
  }
}

extension WireServiceStatus: Decodable {
  private enum CodingKeys: CodingKey { case loadBalancer }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let found = try fields.optional(.loadBalancer, WireLoadBalancerStatus.self) { loadBalancer = found }
  }
}

extension WireLoadBalancerStatus: Decodable {
  private enum CodingKeys: CodingKey { case ingress }

  init(from decoder: any Decoder) throws {
    self.init()
    try decoder.container(keyedBy: CodingKeys.self).read(.ingress, into: &ingress)
  }
}

extension WireLoadBalancerIngress: Decodable {
  private enum CodingKeys: CodingKey { case ip, hostname, ipMode }

  init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try fields.read(.ip, into: &ip)
    try fields.read(.hostname, into: &hostname)
    try fields.read(.ipMode, into: &ipMode)
  }
}
