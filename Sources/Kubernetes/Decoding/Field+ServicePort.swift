import YAML

extension Field {
  /// `spec.ports`, called on `spec`.
  func servicePorts(_ spec: ServiceSpec) throws(FieldError) -> [ServicePort] {
    let list = try field("ports")
    let items = try list.items()
    let mayBeEmpty = spec.type == .externalName || spec.clusterIP == ServiceSpec.headless
    guard !items.isEmpty || mayBeEmpty else { throw list.error("is required: at least one port") }
    var ports: [ServicePort] = []
    for item in items {
      let port = try item.servicePort(mayHaveNodePort: spec.type == .nodePort || spec.type == .loadBalancer)
      if port.name == nil, items.count > 1 {
        throw try item.field("name").error("is required where a Service has several ports")
      }
      for other in ports {
        if let name = port.name, name == other.name {
          throw try item.field("name").error("\"\(name)\" is there twice")
        }
        if (port.protocol, port.port) == (other.protocol, other.port) {
          throw try item.field("port").error("\(port.port)/\(port.protocol.rawValue) is there twice")
        }
        if let nodePort = port.nodePort, (port.protocol, nodePort) == (other.protocol, other.nodePort ?? 0) {
          throw try item.field("nodePort").error("\(nodePort)/\(port.protocol.rawValue) is there twice")
        }
      }
      ports.append(port)
    }
    return ports
  }

  private func servicePort(mayHaveNodePort: Bool) throws(FieldError) -> ServicePort {
    let nodePort = try field("nodePort").optionalPort()
    if nodePort != nil, !mayHaveNodePort {
      throw try field("nodePort").error("is for Services of type NodePort and LoadBalancer only")
    }
    return ServicePort(
      name: try portName(),
      protocol: try field("protocol").choice(PortProtocol.self) ?? .tcp,
      port: try field("port").requiredPort(),
      targetPort: try field("targetPort").targetPort(),
      nodePort: nodePort,
      appProtocol: try field("appProtocol").text())
  }

  /// `name` of a Service's or an EndpointSlice's port, called on the port.
  func portName() throws(FieldError) -> String? {
    let field = try field("name")
    guard let name = try field.text() else { return nil }
    guard ObjectNames.isLabel(name) else {
      throw field.error("\"\(Self.shortened(name))\" is not a DNS label (a-z, 0-9 and \"-\")")
    }
    return name
  }

  private func targetPort() throws(FieldError) -> TargetPort? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node else { return .number(try requiredPort()) }
    switch scalar.value {
    case .integer(0): return nil  // the API's own default for an int-or-string left out
    case .string where scalar.text.isEmpty: return nil
    case .string:
      guard ObjectNames.isPortName(scalar.text) else {
        throw error(
          "\"\(Self.shortened(scalar.text))\" is not a port's name (at most 15 of a-z, 0-9 and \"-\", one letter)"
        )
      }
      return .name(scalar.text)
    case .null, .bool, .integer, .otherNumber: return .number(try requiredPort())
    }
  }
}
