import Addressing
import Kubernetes

extension WireEndpointSlice: WireObject {
  func validated() throws(FieldFlaw) -> ClusterObject {
    let metadata = try metadata.validated(isNamespaced: true)
    let type: AddressType? = try Check.choice(addressType, "addressType")
    guard let type else { throw FieldFlaw("addressType", "is required") }
    let endpoints = try Check.each(endpoints, "endpoints") { (endpoint) throws(FieldFlaw) in
      try endpoint.validated(type)
    }
    let ports = try Check.each(ports, "ports") { (port) throws(FieldFlaw) in try port.validated() }
    return .endpointSlice(
      EndpointSlice(metadata: metadata, addressType: type, endpoints: endpoints, ports: ports))
  }
}

extension WireEndpoint {
  fileprivate func validated(_ type: AddressType) throws(FieldFlaw) -> Endpoint {
    guard !addresses.isEmpty else { throw FieldFlaw("addresses", "is required: at least one address") }
    let reference = ObjectReference(
      kind: targetRef.kind.nonEmpty, namespace: targetRef.namespace.nonEmpty,
      name: targetRef.name.nonEmpty)
    return Endpoint(
      addresses: try Check.each(addresses, "addresses") { (text) throws(FieldFlaw) in
        try Self.address(text, type)
      },
      conditions: EndpointConditions(
        ready: conditions.hasReady ? conditions.ready : nil,
        serving: conditions.hasServing ? conditions.serving : nil,
        terminating: conditions.hasTerminating ? conditions.terminating : nil),
      nodeName: nodeName.nonEmpty, zone: zone.nonEmpty,
      hints: hasHints
        ? EndpointHints(
          forZones: hints.forZones.map { NamedHint(name: $0.name) },
          forNodes: hints.forNodes.map { NamedHint(name: $0.name) }) : nil,
      targetRef: hasTargetRef ? reference : nil)
  }

  /// An endpoint on the node itself, or one that every node has, would open what Services have no right to open.
  private static func address(_ text: String, _ type: AddressType) throws(FieldFlaw) -> String {
    guard type != .fqdn else { return try Check.requiredText(text, "") }
    let (address, text) = try Check.addressText(text)
    guard (address.family == .ipv4) == (type == .ipv4) else {
      throw FieldFlaw("", "\(address) is not an \(type.rawValue) address")
    }
    guard !address.isUnspecified, !address.isLoopback, !address.isLinkLocal, !address.isMulticast else {
      throw FieldFlaw("", "\(address) is an unspecified, loopback, link-local or multicast address")
    }
    return text
  }
}

extension WireEndpointPort {
  fileprivate func validated() throws(FieldFlaw) -> EndpointPort {
    EndpointPort(
      name: name.nonEmpty, protocol: try Check.choice(`protocol`, "protocol") ?? .tcp,
      port: hasPort ? try Check.port(port, "port") : nil, appProtocol: appProtocol.nonEmpty)
  }
}
