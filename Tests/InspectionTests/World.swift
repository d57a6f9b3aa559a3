import Addressing
import Inspection
import KernelFakes
import Reconciler
import Testing

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(ipv4: 0) }
func network(_ text: String) throws -> IPNetwork { try #require(IPNetwork(text)) }
func key(_ name: String) -> ServiceKey { ServiceKey(namespace: "default", name: name) }

/// A loop over a kernel in memory, on node-a.
struct World {
  let kernel: any Kernel
  let loop: ReconcileLoop
  let inspector: Inspector

  /// - Parameters:
  ///   - changes: what is wanted.
  ///   - isComplete: whether the source has been read whole.
  ///   - kernel: to keep.
  ///   - rules: those in force.
  ///   - guards: whether guards are wanted.
  ///   - attempts: how often an object may fail.
  init(
    _ changes: [InputChange], isComplete: Bool = true, kernel: any Kernel = FakeKernel(),
    rules: TrafficRules = TrafficRules(), guards: Bool = true, attempts: Int = 60
  ) async {
    self.kernel = kernel
    loop = ReconcileLoop(
      kernel: kernel,
      core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a", guards: guards))),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    await loop.submit(InputBatch(changes, isComplete: isComplete))
    _ = await loop.converge(attempts: attempts)
    inspector = Inspector(
      loop, rules: rules,
      process: {
        ProcessFacts(
          process: nil, source: [], healthProblems: [], lastRound: nil,
          drift: DriftStatus(operations: 0, rounds: 0, lastSecondsAgo: nil))
      }, unserved: { [] })
  }

  func service(_ name: String) async throws -> ServiceStatus {
    try #require(await inspector.services(ServiceQuery(namespace: "default", name: name)).first)
  }

  func connect(_ target: String, from source: String = "node") async throws -> ConnectionPath {
    try #require(try await inspector.explain(target, from: source).connection)
  }
}

func put(_ service: ServiceInput) -> InputChange { .service(service.key, service) }

/// One slice of the Service, with an unnamed port.
func slice(
  of service: String, name: String? = nil, port: EndpointPortInput = EndpointPortInput(port: 8080),
  _ endpoints: [EndpointInput]
) -> InputChange {
  let input = EndpointSliceInput(
    key: EndpointSliceKey(namespace: "default", name: name ?? "\(service)-1"), service: key(service),
    family: endpoints.first?.address.family ?? .ipv4, ports: [port], endpoints: endpoints)
  return .endpointSlice(input.key, input)
}
