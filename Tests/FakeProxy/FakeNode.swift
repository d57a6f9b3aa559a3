import Addressing
import Inspection
import KernelFakes
import Reconciler

/// A node with a Service for each state, over a kernel in memory; time stands still.
enum FakeNode {
  static func inspector() async -> Inspector {
    let loop = ReconcileLoop(
      kernel: FakeKernel(),
      core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a"))),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    await loop.submit(addresses: [address(192, 168, 77, 1)])
    await loop.submit(InputBatch(objects, isComplete: true))
    _ = await loop.converge()
    var history = RoundHistory()
    var round = RoundReport()
    (round.duration, round.driftOperations, round.isFull) = (.milliseconds(12), 3, true)
    history.observe(.round(round), now: .seconds(70))
    round.driftOperations = 0
    history.observe(.round(round), now: .seconds(95))
    let facts = ProcessFacts(
      process: ProcessStatus(
        version: "1.0.0", processID: 132, nodeName: "node-a", kernel: "6.1.0-56-amd64",
        uptimeSeconds: 100_000,
        residentBytes: 40 << 20),
      source: [SourceStatus(name: "manifests", isSynced: true, objects: 7)], healthProblems: [],
      lastRound: history.lastRound(now: .seconds(100)), drift: history.drift(now: .seconds(100)))
    return Inspector(
      loop, rules: TrafficRules(), process: { facts },
      unserved: { [UnservedService(namespace: "shop", name: "far", externalName: "db.example.com")] })
  }

  private static func address(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> IPAddress {
    IPAddress(ipv4: a << 24 | b << 16 | c << 8 | d)
  }

  private static var objects: [InputChange] {
    let shared = address(203, 0, 113, 10)
    let web = service(
      "web", address(10, 96, 0, 20), ServicePortInput(name: "http", port: 80, nodePort: 30080)
    ) { $0.loadBalancerIPs = [shared] }
    let younger = service("web-copy", address(10, 96, 0, 23), ServicePortInput(name: "http", port: 80)) {
      // The other has it, for its name comes first.
      $0.externalIPs = [shared]
    }
    return [
      change(web),
      slice(
        of: web,
        [
          EndpointInput(address(10, 244, 1, 5), nodeName: "node-b"),
          EndpointInput(
            address(10, 244, 1, 6), isReady: false, isServing: false, nodeName: "node-b"),
          EndpointInput(address(10, 244, 0, 7), nodeName: "node-a"),
        ]), change(service("db", address(10, 96, 0, 21), ServicePortInput(port: 5432))), change(younger),
      slice(of: younger, [EndpointInput(address(10, 244, 0, 9), nodeName: "node-a")]),
      change(
        service("dns", address(10, 96, 0, 10), ServicePortInput(name: "dns", transport: .udp, port: 53))),
    ]
  }

  private static func service(
    _ name: String, _ address: IPAddress, _ port: ServicePortInput,
    _ change: (inout ServiceInput) -> Void = { _ in }
  ) -> ServiceInput {
    let namespace = name == "dns" ? "kube-system" : "shop"
    // Without a time of creation: an age would go by the clock.
    var service = ServiceInput(
      key: ServiceKey(namespace: namespace, name: name), clusterIPs: [address], ports: [port])
    change(&service)
    return service
  }

  private static func change(_ service: ServiceInput) -> InputChange { .service(service.key, service) }

  private static func slice(of service: ServiceInput, _ endpoints: [EndpointInput]) -> InputChange {
    let slice = EndpointSliceInput(
      key: EndpointSliceKey(namespace: service.key.namespace, name: service.key.name + "-1"),
      service: service.key, family: .ipv4,
      ports: service.ports.map { EndpointPortInput(name: $0.name, transport: $0.transport, port: 8080) },
      endpoints: endpoints)
    return .endpointSlice(slice.key, slice)
  }
}
