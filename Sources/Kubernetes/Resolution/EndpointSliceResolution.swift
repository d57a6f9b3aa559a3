import Addressing
import Reconciler

extension EndpointSlice {
  /// The slice as the core needs it; nil when it belongs to no Service, to a headless one, or holds names.
  var input: EndpointSliceInput? {
    guard let service, metadata.labels[WellKnownLabel.headless] == nil, addressType != .fqdn else {
      return nil
    }
    let weight = metadata.weight.value
    var inputs: [EndpointInput] = []
    // They are kept: no more room than they need.
    inputs.reserveCapacity(endpoints.count)
    for endpoint in endpoints {
      if let input = endpoint.input(weight: weight) { inputs.append(input) }
    }
    let ports = ports.compactMap { port in
      port.port.map {
        EndpointPortInput(name: port.name ?? "", transport: port.protocol.transport, port: $0)
      }
    }
    return EndpointSliceInput(
      key: EndpointSliceKey(namespace: service.namespace, name: metadata.name), service: service,
      family: addressType == .ipv4 ? .ipv4 : .ipv6, ports: ports, endpoints: inputs,
      lastChangeTrigger: lastChangeTrigger)
  }
}

extension Endpoint {
  fileprivate func input(weight: UInt32) -> EndpointInput? {
    // The API allows several addresses and says that consumers use the first.
    guard let address = addresses.first.flatMap({ IPAddress($0) }) else { return nil }
    return EndpointInput(
      address, isReady: conditions.ready ?? true, isServing: conditions.serving ?? true,
      isTerminating: conditions.terminating ?? false, nodeName: nodeName,
      zoneHints: hints?.forZones.map(\.name) ?? [], nodeHints: hints?.forNodes.map(\.name) ?? [],
      weight: weight)
  }
}
