import Addressing
import Reconciler

/// Endpoints for Services with a selector, straight from Pods: what the EndpointSlice controller does in a cluster.
struct PodEndpoints {
  private let pods: [Pod]
  /// Indices into `pods`, by namespace and one label: a Service looks at the Pods that share its rarest label only.
  private var byLabel: [LabelKey: [Int]] = [:]

  private struct LabelKey: Hashable {
    let namespace: String
    let name: String
    let value: String
  }

  init(_ pods: [Pod]) {
    self.pods = pods.filter { !$0.status.hasFinished }.sorted { $0.metadata.name < $1.metadata.name }
    for (index, pod) in self.pods.enumerated() {
      for (name, value) in pod.metadata.labels {
        byLabel[
          LabelKey(namespace: pod.metadata.namespace ?? "default", name: name, value: value), default: []
        ]
        .append(index)
      }
    }
  }

  /// One slice per family and distinct set of ports, with keys that stay the same as Pods come and go.
  func slices(for service: Service, families: [IPFamily]) -> [EndpointSliceInput] {
    let matching = matching(service)
    guard !matching.isEmpty else { return [] }
    return families.flatMap { slices(for: service, family: $0, matching) }
  }

  private func slices(for service: Service, family: IPFamily, _ pods: [Pod]) -> [EndpointSliceInput] {
    var byPorts: [[UInt16?]: [EndpointInput]] = [:]
    for pod in pods {
      guard let address = pod.address(family) else { continue }
      let ports = service.spec.ports.map { Self.number(of: $0, in: pod) }
      guard ports.contains(where: { $0 != nil }) else { continue }
      byPorts[ports, default: []].append(Self.endpoint(pod, address, service))
    }
    return byPorts.map { ports, endpoints in
      let numbers = ports.map { $0.map { "\($0)" } ?? "x" }.joined(separator: "-")
      let name = "\(service.key.name)-pods-\(family == .ipv4 ? "ipv4" : "ipv6")-\(numbers)"
      let inputs = zip(service.spec.ports, ports).compactMap { port, number in
        number.map { EndpointPortInput(name: port.name ?? "", transport: port.protocol.transport, port: $0) }
      }
      return EndpointSliceInput(
        key: EndpointSliceKey(namespace: service.key.namespace, name: name), service: service.key,
        family: family, ports: inputs, endpoints: endpoints)
    }
  }

  private func matching(_ service: Service) -> [Pod] {
    let namespace = service.key.namespace
    let candidates = service.spec.selector.map { name, value in
      byLabel[LabelKey(namespace: namespace, name: name, value: value)] ?? []
    }
    guard let fewest = candidates.min(by: { $0.count < $1.count }) else { return [] }
    return fewest.lazy.map { pods[$0] }.filter { pod in
      service.spec.selector.allSatisfy { pod.metadata.labels[$0.key] == $0.value }
    }
  }

  private static func number(of port: ServicePort, in pod: Pod) -> UInt16? {
    switch port.targetPort {
    case nil: port.port
    case .number(let number): number
    case .name(let name): pod.containerPort(named: name, port.protocol)
    }
  }

  private static func endpoint(_ pod: Pod, _ address: IPAddress, _ service: Service) -> EndpointInput {
    let isTerminating = pod.metadata.deletionTimestamp != nil
    let isReady = pod.status.isReady
    return EndpointInput(
      address, isReady: service.spec.publishNotReadyAddresses || (isReady && !isTerminating),
      isServing: isReady, isTerminating: isTerminating, nodeName: pod.spec.nodeName,
      weight: pod.metadata.weight.value)
  }
}
