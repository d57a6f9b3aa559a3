import Addressing

/// What the loop tells whoever measures it.
public enum LoopObservation: Sendable {
  /// Changes were handed in.
  case queued(QueuedChanges)
  /// A round has ended, or was given up.
  case round(RoundReport)
  /// Health check ports whose Service changed in the round that has just ended, by Service.
  case healthChecks([HealthCheckChange])
  /// A search through conntrack for UDP flows that had gone past a virtual server has ended.
  case flowSearch(FlowSearch)
}

/// How a search through conntrack went.
public struct FlowSearch: Hashable, Sendable {
  public let family: IPFamily
  public let duration: Duration
  /// Entries that were forgotten.
  public let deleted: Int

  public init(family: IPFamily, duration: Duration, deleted: Int) {
    self.family = family
    self.duration = duration
    self.deleted = deleted
  }
}

/// Changes by what they are of.
public struct QueuedChanges: Hashable, Sendable {
  public var services = 0
  public var endpointSlices = 0

  public init(services: Int = 0, endpointSlices: Int = 0) {
    self.services = services
    self.endpointSlices = endpointSlices
  }

  init(_ batch: InputBatch) {
    for change in batch.changes {
      switch change {
      case .service: services += 1
      case .endpointSlice: endpointSlices += 1
      case .node, .nodeAddresses: break
      }
    }
  }

  static func += (left: inout Self, right: Self) {
    left.services += right.services
    left.endpointSlices += right.endpointSlices
  }
}

/// One round of the loop. Durations are on the loop's clock.
public struct RoundReport: Sendable {
  /// Of a full round: since the kernel began to be read, with the rounds of changes that came in between.
  public var duration = Duration.zero
  /// Whether the kernel was prepared and read whole.
  public var isFull = false
  /// Why the kernel couldn't be prepared or read, the last time that was tried. At start nothing is written then; later
  /// changes go on.
  public var kernelError: KernelError?
  /// How often in a row that was so.
  public var kernelFailures = 0
  public var operations = OperationTally()
  /// Operations that a comparison with the kernel asked for and no change did.
  public var driftOperations = 0
  /// Changes taken up since the last round that wasn't given up.
  public var changes = QueuedChanges()
  /// What came into force in this round.
  public var inForce = ChangesInForce()
  public var drainsEnded = DrainEnds()
  public var state = CoreCounts()

  public init() {}
}

/// Changes that are in force: the kernel acknowledged everything that their Service needs.
public struct ChangesInForce: Hashable, Sendable {
  /// For each change since the source and the kernel were first read whole: from its arrival until the kernel had it.
  /// A removal counts as in force when the chunk that it was planned in ends.
  public var latencies: [Duration] = []
  public var triggers: [EndpointTrigger] = []

  public init() {}

  static func += (left: inout Self, right: Self) {
    left.latencies += right.latencies
    left.triggers += right.triggers
  }
}

/// When the cause of a change of endpoints happened, as the EndpointSlice says.
public struct EndpointTrigger: Hashable, Sendable {
  public let family: IPFamily
  /// Since 1970.
  public let time: Duration

  public init(family: IPFamily, time: Duration) {
    self.family = family
    self.time = time
  }
}

/// Drains that have ended, by why.
public struct DrainEnds: Hashable, Sendable {
  /// No connection was left.
  public var idle = 0
  /// The bound was over, with connections left.
  public var bound = 0
  /// The endpoint serves again.
  public var returned = 0
  /// The real server went with its virtual server, or somebody else removed it.
  public var removed = 0

  public init() {}
}

/// How things stand after a round.
public struct CoreCounts: Hashable, Sendable {
  public var desired = DesiredCounts()
  /// Objects that still have to be looked at.
  public var pending = 0
  /// Objects that could not be brought to what is desired, and are retried.
  public var failing = 0
  /// Services with a failing virtual server.
  public var failingServices = 0
  public var failingAddresses = 0
  /// Real servers that finish their connections.
  public var draining = 0

  public init() {}
}
