import Addressing
import Kubernetes

extension WireService: WireObject {
  func validated() throws(FieldFlaw) -> ClusterObject {
    let metadata = try metadata.validated(isNamespaced: true)
    let spec: ServiceSpec
    do { spec = try self.spec.validated() } catch { throw error.inside("spec") }
    let ingress = try each(status.loadBalancer.ingress, "status.loadBalancer.ingress") {
      (ingress) throws(FieldFlaw) in try ingress.validated()
    }
    let status = ServiceStatus(loadBalancer: LoadBalancerStatus(ingress: ingress))
    return .service(Service(metadata: metadata, spec: spec, status: status))
  }
}

extension WireServiceSpec {
  fileprivate func validated() throws(FieldFlaw) -> ServiceSpec {
    var spec = ServiceSpec()
    spec.type = try choice(type, "type") ?? .clusterIP
    spec.clusterIPs = try validatedClusterIPs()
    spec.clusterIP = spec.clusterIPs.first
    spec.ipFamilies = try each(ipFamilies, "ipFamilies") { (text) throws(FieldFlaw) in
      let family: IPFamilyName? = try choice(text, "")
      guard let family else { throw FieldFlaw("", "is empty") }
      return family
    }
    spec.ipFamilyPolicy = try choice(ipFamilyPolicy, "ipFamilyPolicy")
    spec.ports = try each(ports, "ports") { (port) throws(FieldFlaw) in try port.validated() }
    spec.selector = selector
    spec.sessionAffinity = try choice(sessionAffinity, "sessionAffinity") ?? .none
    spec.sessionAffinityConfig = try validatedAffinityConfig()
    spec.externalIPs = try each(externalIps, "externalIPs") { (text) throws(FieldFlaw) in
      try address(text).description
    }
    spec.externalName = presentText(externalName)
    spec.externalTrafficPolicy = try choice(externalTrafficPolicy, "externalTrafficPolicy")
    spec.internalTrafficPolicy = try choice(internalTrafficPolicy, "internalTrafficPolicy")
    // One that can't be read must not be left out: with none at all, everybody may come in.
    spec.loadBalancerSourceRanges = try each(loadBalancerSourceRanges, "loadBalancerSourceRanges") {
      (text) throws(FieldFlaw) in try network(text).description
    }
    spec.allocateLoadBalancerNodePorts =
      hasAllocateLoadBalancerNodePorts ? allocateLoadBalancerNodePorts : true
    spec.publishNotReadyAddresses = publishNotReadyAddresses
    spec.healthCheckNodePort = try optionalPort(healthCheckNodePort, "healthCheckNodePort")
    return spec
  }

  /// Objects from before Kubernetes 1.20 that nobody has written since have `clusterIP` only.
  private func validatedClusterIPs() throws(FieldFlaw) -> [String] {
    guard !clusterIps.isEmpty else {
      do { return try clusterIp.isEmpty ? [] : [Self.clusterIP(clusterIp)] } catch {
        throw error.inside("clusterIP")
      }
    }
    return try each(clusterIps, "clusterIPs") { (text) throws(FieldFlaw) in try Self.clusterIP(text) }
  }

  private static func clusterIP(_ text: String) throws(FieldFlaw) -> String {
    text == ServiceSpec.headless ? text : try address(text).description
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
      name: presentText(name), protocol: try choice(`protocol`, "protocol") ?? .tcp,
      port: try KubernetesWire.port(port, "port"), targetPort: try validatedTargetPort(),
      nodePort: try optionalPort(nodePort, "nodePort"), appProtocol: presentText(appProtocol))
  }

  private func validatedTargetPort() throws(FieldFlaw) -> TargetPort? {
    switch targetPort.type {
    case 0: try optionalPort(targetPort.intValue, "targetPort").map(TargetPort.number)
    case 1: presentText(targetPort.stringValue).map(TargetPort.name)
    default: throw FieldFlaw("targetPort", "is neither a number nor a name")
    }
  }
}

extension WireLoadBalancerIngress {
  fileprivate func validated() throws(FieldFlaw) -> LoadBalancerIngress {
    let ip: String?
    do { ip = try presentText(self.ip) == nil ? nil : address(self.ip).description } catch {
      throw error.inside("ip")
    }
    return LoadBalancerIngress(
      ip: ip, hostname: presentText(hostname), ipMode: try choice(ipMode, "ipMode"))
  }
}
