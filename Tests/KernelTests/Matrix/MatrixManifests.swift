import Addressing

/// The matrix as manifests, as the API server would serve them.
enum MatrixManifests {
  static func text(_ services: [MatrixService]) -> String {
    Sample.documents(
      [
        node("node-a", Lab.nodeAddress, Lab.nodeAddress6),
        node("node-b", Lab.secondNodeAddress, Lab.secondNodeAddress6),
      ] + services.map(service) + services.flatMap(slices))
  }

  private static func node(_ name: String, _ address: String, _ address6: String) -> String {
    """
    apiVersion: v1
    kind: Node
    metadata: {name: \(name)}
    status:
      addresses:
      - {type: InternalIP, address: "\(address)"}
      - {type: InternalIP, address: "\(address6)"}
    """
  }

  private static func service(_ service: MatrixService) -> String {
    let list = { (reach: Reach) in
      IPFamily.allCases.map { "\"\(service.address(reach, $0))\"" }.joined(separator: ", ")
    }
    let ports = MatrixService.transports.map { transport in
      "  - {name: \(transport), port: \(MatrixService.port), targetPort: \(MatrixService.targetPort), "
        + "protocol: \(transport.kubernetesName)"
        + (service.isInternal ? "}" : ", nodePort: \(service.nodePort)}")
    }
    let external = """

        externalIPs: [\(list(.externalIP))]
        externalTrafficPolicy: \(service.scope.rawValue)
        loadBalancerSourceRanges: [\(service.sourceRanges.map { "\"\($0)\"" }.joined(separator: ", "))]
        healthCheckNodePort: \(service.scope == .local ? 31100 + service.number : 0)
      status:
        loadBalancer:
          ingress:
      \(IPFamily.allCases.map { "    - {ip: \"\(service.address(.loadBalancer, $0))\", ipMode: VIP}" }
        .joined(separator: "\n"))
      """
    return """
      apiVersion: v1
      kind: Service
      metadata: {name: \(service.name)}
      spec:
        type: \(service.isInternal ? "ClusterIP" : "LoadBalancer")
        clusterIPs: [\(list(.clusterIP))]
        clusterIP: \(service.address(.clusterIP, .ipv4))
        ipFamilies: [IPv4, IPv6]
        ipFamilyPolicy: RequireDualStack
        internalTrafficPolicy: \(service.scope.rawValue)
        ports:
      \(ports.joined(separator: "\n"))\(service.isInternal ? "" : external)
      """
  }

  private static func slices(_ service: MatrixService) -> [String] {
    if service.pods.isEmpty { return [] }
    return IPFamily.allCases.map { family in
      let endpoints = service.pods.map { pod in
        "- {addresses: [\"\(MatrixLab.address(pod, family))\"], nodeName: \(pod < 10 ? "node-a" : "node-b")}"
      }
      let ports = MatrixService.transports.map {
        "- {name: \($0), port: \(MatrixService.targetPort), protocol: \($0.kubernetesName)}"
      }
      return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: \(service.name)-\(family == .ipv4 ? "4" : "6")
          labels: {kubernetes.io/service-name: \(service.name)}
        addressType: \(family == .ipv4 ? "IPv4" : "IPv6")
        ports:
        \(ports.joined(separator: "\n"))
        endpoints:
        \(endpoints.joined(separator: "\n"))
        """
    }
  }
}

extension TransportProtocol {
  /// "TCP", as Kubernetes writes it.
  var kubernetesName: String { "\(self)".uppercased() }
}
