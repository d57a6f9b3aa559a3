import Addressing

@testable import KernelFakes
@testable import Reconciler

// Short ways to say what tests are about.

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(ipv4: 0) }

func key(_ name: String) -> ServiceKey { ServiceKey(namespace: "default", name: name) }

func service(
  _ name: String, _ clusterIPs: [String], ports: [ServicePortInput] = [ServicePortInput(port: 80)],
  createdAt: Int64 = 0, affinity: UInt32? = nil
) -> ServiceInput {
  ServiceInput(
    key: key(name), createdAt: createdAt, uid: name, clusterIPs: clusterIPs.map(address), ports: ports,
    sessionAffinity: affinity)
}

func slice(
  _ name: String, of service: String, ports: [EndpointPortInput] = [EndpointPortInput(port: 8080)],
  _ endpoints: [EndpointInput]
) -> EndpointSliceInput {
  EndpointSliceInput(
    key: EndpointSliceKey(namespace: "default", name: name), service: key(service),
    family: endpoints.first?.address.family ?? .ipv4, ports: ports, endpoints: endpoints)
}

func endpoint(_ text: String, node: String? = "other") -> EndpointInput {
  EndpointInput(address(text), nodeName: node)
}

func notReady(_ text: String) -> EndpointInput {
  EndpointInput(address(text), isReady: false, isServing: false, nodeName: "other")
}

func terminating(_ text: String, serving: Bool = true) -> EndpointInput {
  EndpointInput(address(text), isReady: false, isServing: serving, isTerminating: true, nodeName: "other")
}

func put(_ service: ServiceInput) -> InputChange { .service(service.key, service) }
func put(_ slice: EndpointSliceInput) -> InputChange { .endpointSlice(slice.key, slice) }
func remove(_ service: ServiceInput) -> InputChange { .service(service.key, nil) }
func remove(_ slice: EndpointSliceInput) -> InputChange { .endpointSlice(slice.key, nil) }

func complete(_ changes: InputChange...) -> InputBatch { InputBatch(changes, isComplete: true) }
func partial(_ changes: InputChange...) -> InputBatch { InputBatch(changes, isComplete: false) }

func tcp(_ text: String, _ port: UInt16 = 80) -> VirtualServerID {
  VirtualServerID(address(text), port: port, transport: .tcp)
}

func udp(_ text: String, _ port: UInt16 = 53) -> VirtualServerID {
  VirtualServerID(address(text), port: port, transport: .udp)
}

func real(_ text: String, _ port: UInt16 = 8080) -> RealServerID { RealServerID(address(text), port: port) }

func clusterIPEntry(_ id: VirtualServerID) -> IPSetEntry {
  IPSetEntry(IPSetID(.clusterIP, id.family), .addressPort(id.address, id.transport, id.port))
}

func boundEntry(_ address: IPAddress) -> IPSetEntry {
  IPSetEntry(IPSetID(.boundAddresses, address.family), .address(address))
}

let testConfiguration = CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a"))

/// A core that has read an empty kernel with all sets.
func observedCore(_ configuration: CoreConfiguration = testConfiguration) -> ReconcilerCore {
  var core = ReconcilerCore(configuration)
  core.adopt(KernelState())
  return core
}

extension ReconcilerCore {
  /// Plans all there is and takes it for done.
  mutating func settle(now: Duration = .zero) -> [Reconciler.Operation] {
    var done: [Reconciler.Operation] = []
    while hasWork {
      while wantsMoreResolved { _ = resolveNext() }
      let plan = nextChunk(now: now)
      var progress = ChunkProgress(plan)
      let operations = plan.operations
      _ = record(operations, operations.map { _ in nil }, &progress, now: now, jitter: { 0 })
      _ = finish(progress)
      done += operations
    }
    return done
  }
}

extension SortedByID<ListedEndpoint> {
  var roles: [RealServerID: EndpointRole] { Dictionary(uniqueKeysWithValues: map { ($0.id, $0.role) }) }
}
