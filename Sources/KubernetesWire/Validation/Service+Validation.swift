import Addressing
import Kubernetes

extension WireService: WireObject {
  func validated() throws(FieldFlaw) -> ClusterObject {
    let metadata = try metadata.validated(isNamespaced: true)
    let spec: ServiceSpec
    do { spec = try self.spec.validated() } catch { throw error.inside("spec") }
    let ingress = try Check.each(status.loadBalancer.ingress, "status.loadBalancer.ingress") {
      (ingress) throws(FieldFlaw) in try ingress.validated()
    }
    let status = ServiceStatus(loadBalancer: LoadBalancerStatus(ingress: ingress))
    return .service(Service(metadata: metadata, spec: spec, status: status))
  }
}

extension WireServiceSpec {
  fileprivate func validated() throws(FieldFlaw) -> ServiceSpec {
    var spec = ServiceSpec()
    spec.type = try Check.choice(type, "type") ?? .clusterIP
    spec.clusterIPs = try validatedClusterIPs()
    spec.clusterIP = spec.clusterIPs.first
    spec.ipFamilies = try Check.each(ipFamilies, "ipFamilies") { (text) throws(FieldFlaw) in
      let family: IPFamilyName? = try Check.choice(text, "")
      guard let family else { throw FieldFlaw("", "is empty") }
      return family
    }
    spec.ipFamilyPolicy = try Check.choice(ipFamilyPolicy, "ipFamilyPolicy")
    spec.ports = try Check.each(ports, "ports") { (port) throws(FieldFlaw) in try port.validated() }
    spec.selector = selector
    spec.sessionAffinity = try Check.choice(sessionAffinity, "sessionAffinity") ?? .none
    spec.sessionAffinityConfig = try validatedAffinityConfig()
    spec.externalIPs = try Check.each(externalIps, "externalIPs") { (text) throws(FieldFlaw) in
      try Check.addressText(text).text
    }
    spec.externalName = externalName.nonEmpty
    spec.externalTrafficPolicy = try Check.choice(externalTrafficPolicy, "externalTrafficPolicy")
    spec.internalTrafficPolicy = try Check.choice(internalTrafficPolicy, "internalTrafficPolicy")
    // One that can't be read must not be left out: with none at all, everybody may come in.
    spec.loadBalancerSourceRanges = try Check.each(loadBalancerSourceRanges, "loadBalancerSourceRanges") {
      (text) throws(FieldFlaw) in try Check.network(text).description
    }
    spec.allocateLoadBalancerNodePorts =
      hasAllocateLoadBalancerNodePorts ? allocateLoadBalancerNodePorts : true
    spec.publishNotReadyAddresses = publishNotReadyAddresses
    spec.healthCheckNodePort = try Check.optionalPort(healthCheckNodePort, "healthCheckNodePort")
    return spec
  }

  /// Objects from before Kubernetes 1.20 that nobody has written since have `clusterIP` only.
  private func validatedClusterIPs() throws(FieldFlaw) -> [String] {
    guard !clusterIps.isEmpty else {
      do { return try clusterIp.isEmpty ? [] : [Self.clusterIP(clusterIp)] } catch {
        throw error.inside("clusterIP")
      }
    }
    return try Check.each(clusterIps, "clusterIPs") { (text) throws(FieldFlaw) in try Self.clusterIP(text) }
  }

  private static func clusterIP(_ text: String) throws(FieldFlaw) -> String {
    text == ServiceSpec.headless ? text : try Check.addressText(text).text
  }

  private func validatedAffinityConfig() throws(FieldFlaw) -> SessionAffinityConfig? {
    guard hasSessionAffinityConfig, sessionAffinityConfig.clientIp.hasTimeoutSeconds else { return nil }
    let seconds = sessionAffinityConfig.clientIp.timeoutSeconds
    guard (1...86_400).contains(seconds) else {
      throw FieldFlaw(
        "sessionAffinityConfig.clientIP.timeoutSeconds", "\(seconds) is not in 1-86400 seconds")
    }
    return SessionAffinityConfig(clientIP: ClientIPConfig(timeoutSeconds: UInt32(seconds)))
  }
}

extension WireServicePort {
  fileprivate func validated() throws(FieldFlaw) -> ServicePort {
    ServicePort(
      name: name.nonEmpty, protocol: try Check.choice(`protocol`, "protocol") ?? .tcp,
      port: try Check.port(port, "port"), targetPort: try validatedTargetPort(),
      nodePort: try Check.optionalPort(nodePort, "nodePort"), appProtocol: appProtocol.nonEmpty)
  }

  private func validatedTargetPort() throws(FieldFlaw) -> TargetPort? {
    switch targetPort.type {
    case 0: try Check.optionalPort(targetPort.intValue, "targetPort").map(TargetPort.number)
    case 1: targetPort.stringValue.nonEmpty.map(TargetPort.name)
    default: throw FieldFlaw("targetPort", "is neither a number nor a name")
    }
  }
}

extension WireLoadBalancerIngress {
  fileprivate func validated() throws(FieldFlaw) -> LoadBalancerIngress {
    let ip: String?
    do { ip = try self.ip.nonEmpty == nil ? nil : Check.addressText(self.ip).text } catch {
      throw error.inside("ip")
    }
    return LoadBalancerIngress(
      ip: ip, hostname: hostname.nonEmpty, ipMode: try Check.choice(ipMode, "ipMode"))
  }
}
