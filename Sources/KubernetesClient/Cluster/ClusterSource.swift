import Kubernetes
import KubernetesWire
import Reconciler

/// A cluster's Services and EndpointSlices and this node's Node object as the core's inputs, by list and watch.
///
/// Nothing is handed on before Services and EndpointSlices have been read whole; then everything in one batch, and each
/// change as it comes. What has been handed on stays in force while the API server is away. Objects are not kept: the
/// core has the inputs.
public actor ClusterSource {
  private let configuration: ClusterConfiguration
  private let transport: any APITransport
  private let time: any TimeSource
  private let random: @Sendable () -> Double

  private var pending = PendingInputs()
  private var notes = ObjectNotes()
  private var events: [SourceEvent] = []
  private var resources: [ResourceKind: ResourceStatus]
  private var hasHandedOn = false
  private var isNodeOverdue = false
  private var patience: Task<Void, Never>?
  private var waiter: CheckedContinuation<Void, Never>?
  private var hasEnded = false

  /// This node's Node object as last seen; nil while there is none.
  public private(set) var node: Node?

  /// `random` gives 0..<1 for each delay that is spread.
  public init(
    _ configuration: ClusterConfiguration, transport: any APITransport, time: any TimeSource = SystemTime(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.configuration = configuration
    self.transport = transport
    self.time = time
    self.random = random
    resources = Dictionary(
      uniqueKeysWithValues: Self.kinds.map { ($0, ResourceStatus(kind: $0)) })
  }

  private static let kinds: [ResourceKind] = [.service, .endpointSlice, .node]

  public var status: SourceStatus {
    SourceStatus(resources: Self.kinds.compactMap { resources[$0] }, isSynced: hasHandedOn, now: time.now())
  }

  /// Lists and watches until the task is cancelled; then `next` returns nil. To be called once.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for resource in [.services, .endpointSlices, .node(configuration.nodeName)] as [WatchedResource] {
        let runner = ReflectorRunner(
          resource, transport: transport, formats: configuration.formats, time: time, random: random
        ) { [weak self] in await self?.receive($0, resource.kind) }
        group.addTask { await runner.run() }
      }
    }
    patience?.cancel()
    hasEnded = true
    wake()
  }

  /// Waits for something to tell. What comes while nobody waits is told together, of each object the last state only.
  /// For one caller at a time.
  /// - Returns: nil when the source has ended or the task is cancelled.
  public func next() async -> ClusterUpdate? {
    while true {
      if let update = takeUpdate() { return update }
      if hasEnded || Task.isCancelled { return nil }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          if Task.isCancelled { continuation.resume() } else { waiter = continuation }
        }
      } onCancel: {
        Task { await self.wake() }
      }
    }
  }

  /// What `next` returns, one after the other. For one reader, while `run` runs.
  public nonisolated func updates() -> AsyncStream<ClusterUpdate> {
    AsyncStream { await self.next() }
  }

  // MARK: -

  private func receive(_ delivery: ReflectorDelivery, _ kind: ResourceKind) {
    for change in delivery.changes {
      events += notes.news(in: change, kind)
      if kind == .node { takeNode(change) }
      pending.add(change, kind, isInForce: hasHandedOn)
    }
    events += delivery.events
    resources[kind] = delivery.status
    beginWaitingForNode()
    if isReady || !events.isEmpty { wake() }
  }

  private func takeNode(_ change: ObjectChange) {
    switch change {
    case .set(let object): if case .node(let node) = object.object { self.node = node }
    case .removed: node = nil
    }
  }

  private var isReady: Bool {
    guard !pending.isEmpty || !hasHandedOn else { return false }
    return hasHandedOn || (hasReadServices && (node != nil || isNodeOverdue))
  }

  private var hasReadServices: Bool {
    resources[.service]?.isSynced == true && resources[.endpointSlice]?.isSynced == true
  }

  private func takeUpdate() -> ClusterUpdate? {
    guard isReady || !events.isEmpty else { return nil }
    var update = ClusterUpdate(events: events)
    events = []
    if isReady {
      hasHandedOn = true
      patience?.cancel()
      let (changes, node) = pending.take()
      update.batch = InputBatch(changes, isComplete: true)
      update.node = node
    }
    return update
  }

  /// Without the Node there is no zone and no address of the node's own: worth a little patience.
  private func beginWaitingForNode() {
    guard hasReadServices, !hasHandedOn, node == nil, patience == nil else { return }
    let deadline = time.now() + configuration.nodePatience
    patience = Task { [time] in
      if (try? await time.sleep(until: deadline)) != nil { self.endPatience() }
    }
  }

  private func endPatience() {
    guard node == nil, !hasHandedOn else { return }
    isNodeOverdue = true
    events.append(.nodeMissing(name: configuration.nodeName, waited: configuration.nodePatience))
    wake()
  }

  private func wake() {
    waiter?.resume()
    waiter = nil
  }
}
