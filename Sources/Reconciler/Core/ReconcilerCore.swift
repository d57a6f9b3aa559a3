import Addressing

/// What the core is told once.
public struct CoreConfiguration: Sendable {
  public var resolver: ResolverPolicy
  public var ownership: Ownership
  public var backoff: Backoff
  /// How long a real server may drain after its endpoint has gone from every slice.
  public var drainBound: Duration
  /// Between two counts of what draining real servers still carry.
  public var drainInterval: Duration
  /// Messages in one chunk at most, roughly: members of sets, which share theirs, don't count, and the last virtual server
  /// of a chunk is always whole. At about 75 µs for a message to IPVS, 500 are 38 ms, which is how long a change may have to
  /// wait for the chunk before it.
  public var chunkLimit: Int
  /// Virtual servers whose real servers or connections are read in one part.
  public var readLimit: Int

  public init(
    resolver: ResolverPolicy, ownership: Ownership = Ownership(), backoff: Backoff = Backoff(),
    drainBound: Duration = .seconds(900), drainInterval: Duration = .seconds(5), chunkLimit: Int = 500,
    readLimit: Int = KernelState.virtualServersPerPart
  ) {
    self.resolver = resolver
    self.ownership = ownership
    self.backoff = backoff
    self.drainBound = drainBound
    self.drainInterval = drainInterval
    self.chunkLimit = chunkLimit
    self.readLimit = readLimit
  }
}

/// The product's mind as a value: it takes in what is wanted and what the kernel said, and answers with plans. Never
/// waits, never looks at a clock, never does I/O. All times are on the caller's clock.
public struct ReconcilerCore: Sendable {
  public internal(set) var configuration: CoreConfiguration
  var services: [ServiceKey: ServiceRecord] = [:]
  var sliceOwners: [EndpointSliceKey: ServiceKey] = [:]
  var nodeNames = SharedStrings()
  var node = NodeState()
  var addressBook: AddressBook
  let serverOrder: ServerOrder
  /// Services to resolve anew when the node's zone or its addresses change.
  var zoneDependents: Set<ServiceKey> = []
  var addressDependents: Set<ServiceKey> = []
  /// Whether the source has been read whole.
  var isSourceComplete = false
  /// Whether it has, and all of it has been resolved; only then is removed what nobody asks for.
  public internal(set) var isComplete = false
  var unresolved = UnresolvedServices()

  public internal(set) var desired = DesiredState()
  /// The kernel as last read, with every answered operation applied.
  public internal(set) var known = KernelState()
  public internal(set) var hasObserved = false
  /// Whether `known` can no longer be trusted: an answer was lost, or an object wasn't as expected.
  public internal(set) var needsObservation = true
  /// Whether the source and the kernel have been read whole once: what comes from then on is a change and goes first.
  var hasStarted = false
  /// The reading of the kernel that is under way.
  var resync: Resync?
  /// Virtual servers that somebody else made or whose making was never acknowledged: known to be there, their real
  /// servers not yet read. Nothing is planned for them before.
  var unread: Set<VirtualServerID> = []

  var dirty = DirtyQueue()
  /// What the last chunk was planned for.
  var plannedFor: [ObjectID] = []
  var retries = Retries()
  var drains = Drains()
  /// What an input let go while the source was incomplete: it may be removed all the same.
  var released: Set<DesiredState.Released> = []
  /// Virtual servers that have kept a real server which nobody asks for, because the source was incomplete.
  var withheld: Set<VirtualServerID> = []
  /// Virtual servers that this process has wanted and wants no more: ours even if the node address that they were on has
  /// gone.
  var ours: Set<VirtualServerID> = []
  /// UDP virtual servers that got their first real server: flows that began before know nothing of it.
  var freshFlows: [VirtualServerID] = []
  /// Operations planned by resyncs since the last event about them.
  var driftOperations = 0
  var changesInFlight = ChangesInFlight()
  /// Nil for a health check port that has gone.
  var healthCheckChanges: [ServiceKey: HealthCheckTarget?] = [:]

  public init(_ configuration: CoreConfiguration) {
    self.configuration = configuration
    serverOrder = ServerOrder(nodeName: configuration.resolver.nodeName)
    addressBook = AddressBook(
      serviceRanges: configuration.resolver.serviceRanges, nodeName: configuration.resolver.nodeName)
  }

  /// Whether there is anything to plan now, or to resolve first.
  public var hasWork: Bool { hasObserved && !(dirty.isEmpty && unresolved.isEmpty) }
  /// Whether a change waits to be planned.
  public var hasUrgentWork: Bool { hasObserved && dirty.mostUrgent == .change }
  /// Whether what comes next is what a start brings, and no change waits.
  var isFilling: Bool {
    hasObserved && (dirty.mostUrgent.map { $0 == .critical || $0 == .bulk } ?? false)
  }
  /// Whether that is likely to be several chunks: a virtual server brings members, real servers and an address.
  var isFillingMuch: Bool {
    hasObserved && wantsMoreResolved || isFilling && dirty.count > configuration.chunkLimit / 8
  }
  public var failures: [Failure] { retries.all.sorted { $0.object.description < $1.object.description } }
  public var drainCount: Int { drains.count }

  /// When something is due without a trigger from outside; nil for never.
  public mutating func nextDeadline() -> Duration? {
    [retries.nextDue(), drains.nextCheck].compactMap { $0 }.min()
  }

  /// Puts failed objects whose time has come back in line: behind changes, for there may be many.
  public mutating func wake(now: Duration) {
    for object in retries.popDue(now) { dirty.insert(object, .critical) }
  }
}
