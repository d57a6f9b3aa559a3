import Reconciler

/// A kernel whose answers take as long as a real one's would, in simulated time.
public actor TimedKernel: Kernel {
  /// About what IPVS on current hardware takes.
  public struct Costs: Sendable {
    /// Adding, changing or removing a virtual server, a real server or an address.
    public var message = Duration.microseconds(75)
    /// Adding or removing a set member: many share a message.
    public var member = Duration.microseconds(3)
    /// The dump of one virtual server's real servers.
    public var realServers = Duration.microseconds(250)
    /// A virtual server, an address or a member in a dump.
    public var entry = Duration.microseconds(4)
    public var preparation = Duration.milliseconds(5)

    public init() {}
  }

  private let base: any Kernel
  private let time: SimulatedTime
  private let costs: Costs
  private let applied: @Sendable ([Reconciler.Operation]) async -> Void
  /// The longest that a single call took.
  public private(set) var longestCall = Duration.zero
  /// Resyncs and starts.
  public private(set) var readings = 0

  /// - Parameters:
  ///   - base: what answers.
  ///   - time: what passes.
  ///   - costs: how long things take.
  ///   - applied: called with operations when the kernel has answered them.
  public init(
    _ base: any Kernel, time: SimulatedTime, costs: Costs = Costs(),
    applied: @escaping @Sendable ([Reconciler.Operation]) async -> Void
  ) {
    self.base = base
    self.time = time
    self.costs = costs
    self.applied = applied
  }

  public func prepare() async throws(KernelError) -> [Notice] {
    let notices = try await base.prepare()
    await pass(costs.preparation)
    return notices
  }

  public func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    if part == .virtualServers { readings += 1 }
    let reading = try await base.read(part)
    switch reading {
    case .virtualServers(let servers): await pass(costs.entry * servers.count)
    case .realServers(let lists): await pass(costs.realServers * lists.count)
    case .addresses(let addresses): await pass(costs.entry * addresses.count)
    case .sets(let sets): await pass(costs.entry * sets.count)
    case .members(_, let members): await pass(costs.entry * (members?.count ?? 0))
    }
    return reading
  }

  public func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    let results = await base.apply(operations)
    await pass(operations.reduce(.zero) { $0 + cost($1) })
    await applied(operations)
    return results
  }

  public func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    let counts = try await base.connections(of: ids)
    await pass(costs.realServers * ids.count)
    return counts
  }

  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await base.forgetUDPFlows(of: ids)
  }

  private func cost(_ operation: Reconciler.Operation) -> Duration {
    switch operation {
    case .addMember, .removeMember: costs.member
    default: costs.message
    }
  }

  private func pass(_ duration: Duration) async {
    longestCall = max(longestCall, duration)
    await time.pass(duration)
  }
}
