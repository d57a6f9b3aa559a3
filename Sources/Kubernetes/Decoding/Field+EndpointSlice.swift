import Addressing

extension Field {
  func endpointSlice() throws(FieldError) -> EndpointSlice {
    let metadata = try objectMeta(.endpointSlice)
    let typeField = try field("addressType")
    guard let type = try typeField.choice(AddressType.self) else { throw typeField.error("is required") }
    var endpoints: [Endpoint] = []
    for item in try field("endpoints").items() { endpoints.append(try item.endpoint(type)) }
    return EndpointSlice(
      metadata: metadata, addressType: type, endpoints: endpoints, ports: try endpointPorts())
  }

  private func endpoint(_ type: AddressType) throws(FieldError) -> Endpoint {
    let list = try field("addresses")
    var addresses: [String] = []
    for item in try list.items() { addresses.append(try item.endpointAddress(type)) }
    guard !addresses.isEmpty else { throw list.error("is required: at least one address") }
    let conditions = try field("conditions")
    return Endpoint(
      addresses: addresses,
      conditions: EndpointConditions(
        ready: try conditions.field("ready").bool(),
        serving: try conditions.field("serving").bool(),
        terminating: try conditions.field("terminating").bool()),
      nodeName: try field("nodeName").text(),
      zone: try field("zone").text(),
      hints: try field("hints").hints(),
      targetRef: try field("targetRef").objectReference())
  }

  private func endpointAddress(_ type: AddressType) throws(FieldError) -> String {
    guard type != .fqdn else { return try requiredText() }
    let address = try routableAddress()
    guard (address.family == .ipv4) == (type == .ipv4) else {
      throw error("\(address) is not an \(type.rawValue) address")
    }
    return address.description
  }

  private func hints() throws(FieldError) -> EndpointHints? {
    guard isPresent else { return nil }
    return EndpointHints(
      forZones: try field("forZones").namedHints(), forNodes: try field("forNodes").namedHints())
  }

  private func namedHints() throws(FieldError) -> [NamedHint] {
    var result: [NamedHint] = []
    for item in try items() { result.append(NamedHint(name: try item.field("name").requiredText())) }
    return result
  }

  private func objectReference() throws(FieldError) -> ObjectReference? {
    guard isPresent else { return nil }
    return ObjectReference(
      kind: try field("kind").text(), namespace: try field("namespace").text(),
      name: try field("name").text())
  }

  private func endpointPorts() throws(FieldError) -> [EndpointPort] {
    var ports: [EndpointPort] = []
    for item in try field("ports").items() {
      let port = EndpointPort(
        name: try item.portName(),
        protocol: try item.field("protocol").choice(PortProtocol.self) ?? .tcp,
        port: try item.field("port").port(),
        appProtocol: try item.field("appProtocol").text())
      guard !ports.contains(where: { $0.name == port.name }) else {
        throw try item.field("name").error("\"\(port.name ?? "")\" is there twice")
      }
      ports.append(port)
    }
    return ports
  }
}
