import Addressing

extension Field {
  func service() throws(FieldError) -> Service {
    let metadata = try objectMeta(.service)
    let specField = try field("spec")
    guard specField.isPresent else { throw specField.error("is required") }
    return Service(metadata: metadata, spec: try specField.serviceSpec(), status: try serviceStatus())
  }

  private func serviceSpec() throws(FieldError) -> ServiceSpec {
    var spec = ServiceSpec()
    spec.type = try field("type").choice(ServiceType.self) ?? .clusterIP
    spec.externalName = try field("externalName").text()
    try readAddresses(&spec)
    spec.ports = try servicePorts(spec)
    spec.selector = try field("selector").stringMap()
    try readSessionAffinity(&spec)
    spec.externalIPs = try field("externalIPs").addresses()
    try readExternalPolicy(&spec)
    spec.internalTrafficPolicy = try field("internalTrafficPolicy").choice(TrafficPolicy.self)
    try readSourceRanges(&spec)
    spec.allocateLoadBalancerNodePorts = try field("allocateLoadBalancerNodePorts").bool() ?? true
    spec.publishNotReadyAddresses = try field("publishNotReadyAddresses").bool() ?? false
    return spec
  }

  // MARK: Traffic from outside

  private func readExternalPolicy(_ spec: inout ServiceSpec) throws(FieldError) {
    let policy = try field("externalTrafficPolicy")
    spec.externalTrafficPolicy = try policy.choice(TrafficPolicy.self)
    if spec.externalTrafficPolicy != nil, !spec.isExternallyAccessible {
      throw policy.error("is for Services of type NodePort or LoadBalancer, or with externalIPs, only")
    }
    let healthCheck = try field("healthCheckNodePort")
    spec.healthCheckNodePort = try healthCheck.optionalPort()
    guard let port = spec.healthCheckNodePort else { return }
    guard spec.needsHealthCheck else {
      throw healthCheck.error("is for Services of type LoadBalancer with externalTrafficPolicy Local only")
    }
    guard !spec.ports.contains(where: { $0.protocol == .tcp && $0.nodePort == port }) else {
      throw healthCheck.error("\(port)/TCP is a nodePort of this Service")
    }
  }

  private func readSourceRanges(_ spec: inout ServiceSpec) throws(FieldError) {
    let list = try field("loadBalancerSourceRanges")
    for range in try list.items() { spec.loadBalancerSourceRanges.append(try range.network().description) }
    if !spec.loadBalancerSourceRanges.isEmpty, spec.type != .loadBalancer {
      throw list.error("is for Services of type LoadBalancer only")
    }
  }

  private func addresses() throws(FieldError) -> [String] {
    var result: [String] = []
    for item in try items() { result.append(try item.routableAddress().description) }
    return result
  }

  // MARK: Addresses and families

  private func readAddresses(_ spec: inout ServiceSpec) throws(FieldError) {
    spec.ipFamilyPolicy = try field("ipFamilyPolicy").choice(IPFamilyPolicy.self)
    spec.ipFamilies = try ipFamilies()
    spec.clusterIPs = try clusterIPs()
    spec.clusterIP = spec.clusterIPs.first
    let clusterIP = try field("clusterIP")
    switch (spec.type, spec.clusterIP) {
    case (.externalName, .some(let address)) where address != ServiceSpec.headless:
      throw clusterIP.error("must be empty in a Service of type ExternalName")
    case (.externalName, _):
      guard spec.externalName != nil else { throw try field("externalName").error("is required") }
    case (.nodePort, ServiceSpec.headless), (.loadBalancer, ServiceSpec.headless):
      throw clusterIP.error("must not be None in a Service of type \(spec.type.rawValue)")
    default: break
    }
    guard spec.clusterIP != ServiceSpec.headless else { return }
    let addressed = spec.clusterIPs.compactMap { IPAddress($0)?.family }
    for (family, wanted) in zip(addressed, spec.ipFamilies) where family != wanted.family {
      throw try field("ipFamilies").error("must be in the order of clusterIPs: \(family) first")
    }
    if max(addressed.count, spec.ipFamilies.count) > 1, spec.ipFamilyPolicy == .singleStack {
      throw try field("ipFamilyPolicy").error(
        "must be PreferDualStack or RequireDualStack for two families or addresses")
    }
  }

  private func ipFamilies() throws(FieldError) -> [IPFamilyName] {
    var families: [IPFamilyName] = []
    for item in try field("ipFamilies").items() {
      guard let family = try item.choice(IPFamilyName.self) else { throw item.error("must not be empty") }
      guard !families.contains(family) else { throw item.error("\(family.rawValue) is there twice") }
      families.append(family)
    }
    return families
  }

  /// `clusterIP` and `clusterIPs` say the same: the first of the latter is the former.
  private func clusterIPs() throws(FieldError) -> [String] {
    let single = try field("clusterIP")
    let first = try single.text()
    let list = try field("clusterIPs")
    let items = try list.items()
    guard let first else {
      guard items.isEmpty else { throw list.error("must be empty where clusterIP is") }
      return []
    }
    if let other = items.first, try other.string() != first {
      throw other.error("must be the same as clusterIP")
    }
    guard first != ServiceSpec.headless else {
      guard items.count <= 1 else { throw list.error("must hold nothing beside None") }
      return [first]
    }
    guard items.count <= 2 else { throw list.error("must not hold more than two addresses") }
    var addresses: [IPAddress] = []
    for item in items.isEmpty ? [single] : items {
      let address = try item.routableAddress()
      guard !addresses.contains(where: { $0.family == address.family }) else {
        throw item.error("must be of the other family than the first address")
      }
      addresses.append(address)
    }
    return addresses.map(\.description)
  }

  // MARK: Session affinity and status

  private func readSessionAffinity(_ spec: inout ServiceSpec) throws(FieldError) {
    spec.sessionAffinity = try field("sessionAffinity").choice(SessionAffinity.self) ?? .none
    let config = try field("sessionAffinityConfig")
    guard config.isPresent else { return }
    guard spec.sessionAffinity == .clientIP else {
      throw config.error("must be empty unless sessionAffinity is ClientIP")
    }
    let timeout = try config.at("clientIP", "timeoutSeconds")
    guard let seconds = try timeout.integer() else { return }
    guard (1...86_400).contains(seconds) else { throw timeout.error("\(seconds) is not in 1-86400 seconds") }
    spec.sessionAffinityConfig = SessionAffinityConfig(
      clientIP: ClientIPConfig(timeoutSeconds: UInt32(seconds)))
  }

  private func serviceStatus() throws(FieldError) -> ServiceStatus {
    var status = ServiceStatus()
    for item in try at("status", "loadBalancer", "ingress").items() {
      let ip = try item.field("ip")
      let mode = try item.field("ipMode")
      if mode.isPresent, try ip.text() == nil { throw mode.error("must not be set without ip") }
      status.loadBalancer.ingress.append(
        LoadBalancerIngress(
          ip: try ip.text() == nil ? nil : try ip.ipAddress().description,
          hostname: try item.field("hostname").text(),
          ipMode: try mode.choice(LoadBalancerIPMode.self)))
    }
    return status
  }
}
