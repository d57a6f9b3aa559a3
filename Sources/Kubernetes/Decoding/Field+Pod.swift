import Addressing

extension Field {
  func pod() throws(FieldError) -> Pod {
    let metadata = try objectMeta(.pod)
    let spec = try field("spec")
    return Pod(
      metadata: metadata,
      spec: PodSpec(
        nodeName: try spec.field("nodeName").text(),
        containers: try spec.field("containers").containers(),
        initContainers: try spec.field("initContainers").containers()),
      status: try field("status").podStatus())
  }

  private func containers() throws(FieldError) -> [Container] {
    var result: [Container] = []
    for item in try items() {
      var ports: [ContainerPort] = []
      for port in try item.field("ports").items() { ports.append(try port.containerPort()) }
      result.append(
        Container(
          name: try item.field("name").text(), restartPolicy: try item.field("restartPolicy").text(),
          ports: ports))
    }
    return result
  }

  private func containerPort() throws(FieldError) -> ContainerPort {
    let nameField = try field("name")
    let name = try nameField.text()
    if let name, !ObjectNames.isPortName(name) {
      throw nameField.error("\"\(Self.shortened(name))\" is not a port's name")
    }
    return ContainerPort(
      name: name,
      protocol: try field("protocol").choice(PortProtocol.self) ?? .tcp,
      containerPort: try field("containerPort").requiredPort())
  }

  private func podStatus() throws(FieldError) -> PodStatus {
    var status = PodStatus()
    status.phase = try field("phase").text()
    let single = try field("podIP")
    if try single.text() != nil { status.podIP = try single.routableAddress().description }
    for item in try field("podIPs").items() {
      status.podIPs.append(PodIP(ip: try item.field("ip").routableAddress().description))
    }
    for item in try field("conditions").items() {
      status.conditions.append(
        PodCondition(
          type: try item.field("type").requiredText(), status: try item.field("status").requiredText()))
    }
    return status
  }
}
