import Addressing
import Reconciler

extension Service {
  /// The Service as the core needs it; nil when it is none of the node's own proxy's business.
  func input(_ allocation: ServiceAllocation) -> ServiceInput? {
    guard hasClusterIPs, !belongsToOtherProxy else { return nil }
    let ports = spec.ports.enumerated().map { index, port in
      ServicePortInput(
        name: port.name ?? "", transport: port.protocol.transport, port: port.port,
        nodePort: index < allocation.nodePorts.count ? allocation.nodePorts[index] : 0)
    }
    return ServiceInput(
      key: key, createdAt: metadata.createdAt, uid: metadata.uid ?? "", clusterIPs: allocation.clusterIPs,
      ports: ports, sessionAffinity: spec.affinitySeconds)
  }
}

extension EndpointSlice {
  /// The slice as the core needs it; nil when it belongs to no Service, to a headless one, or holds names.
  var input: EndpointSliceInput? {
    guard let service, metadata.labels[WellKnownLabel.headless] == nil, addressType != .fqdn else {
      return nil
    }
    let endpoints = endpoints.compactMap { endpoint -> EndpointInput? in
      // The API allows several addresses and says that consumers use the first.
      guard let address = endpoint.addresses.first.flatMap({ IPAddress($0) }) else { return nil }
      return EndpointInput(
        address, isReady: endpoint.conditions.ready ?? true, isServing: endpoint.conditions.serving ?? true,
        isTerminating: endpoint.conditions.terminating ?? false, nodeName: endpoint.nodeName)
    }
    let ports = ports.compactMap { port in
      port.port.map {
        EndpointPortInput(name: port.name ?? "", transport: port.protocol.transport, port: $0)
      }
    }
    return EndpointSliceInput(
      key: EndpointSliceKey(namespace: service.namespace, name: metadata.name), service: service,
      family: addressType == .ipv4 ? .ipv4 : .ipv6, ports: ports, endpoints: endpoints)
  }
}
