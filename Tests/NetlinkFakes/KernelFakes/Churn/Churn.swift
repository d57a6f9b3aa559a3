import Addressing
import Reconciler

/// A loop under changes that never stop, over a kernel that takes its time, in simulated time.
public actor Churn {
  public static let nodeName = "this-node"

  public struct Settings: Sendable {
    public var services = 1000
    public var endpoints = 5
    /// Between two changes.
    public var interval = Duration.milliseconds(1)
    public var changes = 5000
    /// When the changes begin: at 0 in the middle of a cold start.
    public var start = Duration.seconds(60)
    /// After the last change.
    public var rest = Duration.seconds(40)
    public var syncPeriod = Duration.seconds(30)
    /// Share of writes that fail.
    public var failureRate = 0.0
    public var seed: UInt64 = 1
    /// Virtual servers whose real servers are read in one part.
    public var readLimit = KernelState.virtualServersPerPart
    /// Looks at the memory of this process, in bytes.
    public var memory: @Sendable () -> Int = { 0 }

    public init() {}
  }

  public struct Report: Sendable {
    /// From handing in a change to the kernel's answer, ascending.
    public var waits: [Duration]
    /// Changes that never came into force.
    public var unfinished: Int
    /// The most that waited at the same time.
    public var longest: Backlog
    /// The longest that a single call of the kernel took.
    public var longestCall: Duration
    /// How often the kernel was read whole, the start included.
    public var readings: Int
    /// Of this process with everything in it: before the first change, after the last one, and at the end.
    public var memory: [Int]
    /// What the kernel holds at the end, and what a fresh start from the last objects gives.
    public var final: KernelState
    public var expected: KernelState
  }

  private let settings: Settings
  private let kernel = FakeKernel(families: [.ipv4])
  private var services: ChurningServices
  private var loop: ReconcileLoop?
  private var time: SimulatedTime?
  private var longest = Backlog()
  private var memory: [Int] = []

  public init(_ settings: Settings) {
    self.settings = settings
    services = ChurningServices(
      count: settings.services, endpoints: settings.endpoints, seed: settings.seed)
  }

  /// - Returns: how it went.
  public func run() async -> Report {
    let arrivals = SimulatedTime.Arrivals(
      start: settings.start, interval: settings.interval, count: settings.changes)
    let end = settings.start + settings.interval * settings.changes + settings.rest
    let time = SimulatedTime(arrivals, end: end) { [weak self] in await self?.change($0) }
    let faulty = FaultInjector(kernel, seed: settings.seed, failureRate: settings.failureRate)
    let timed = TimedKernel(settings.failureRate == 0 ? kernel : faulty, time: time) { [weak self] in
      await self?.note($0)
    }
    let loop = Self.loop(timed, time, settings)
    (self.loop, self.time) = (loop, time)
    await loop.submit(InputBatch(services.all, isComplete: true))
    let running = Task { await loop.run() }
    await time.waitForEnd()
    running.cancel()
    await running.value
    return Report(
      waits: services.waits.sorted(), unfinished: services.unfinished, longest: longest,
      longestCall: await timed.longestCall, readings: await timed.readings,
      memory: memory + [settings.memory()], final: await kernel.state, expected: await freshStart())
  }

  private static func loop(
    _ kernel: any Kernel, _ time: any TimeSource, _ settings: Settings = Settings()
  ) -> ReconcileLoop {
    ReconcileLoop(
      kernel: kernel,
      core: ReconcilerCore(
        CoreConfiguration(
          resolver: ResolverPolicy(nodeName: nodeName, families: [.ipv4]), readLimit: settings.readLimit)),
      configuration: LoopConfiguration(syncPeriod: settings.syncPeriod, jitter: { 0 }), time: time)
  }

  private func change(_ number: Int) async {
    guard let loop, let time else { return }
    if number == 0 { memory.append(settings.memory()) }
    // The kernel's own log would grow without end.
    if number % 1000 == 0 { await kernel.clearLog() }
    await changeOne(loop, time)
    if number == settings.changes - 1 { memory.append(settings.memory()) }
  }

  private func changeOne(_ loop: ReconcileLoop, _ time: SimulatedTime) async {
    let (number, change) = services.change(now: time.now())
    await loop.submit(InputBatch([change], isComplete: true))
    await look(at: number)
    let backlog = await loop.backlog
    longest.batches = max(longest.batches, backlog.batches)
    longest.objects = max(longest.objects, backlog.objects)
    longest.comparisons = max(longest.comparisons, backlog.comparisons)
  }

  private func note(_ operations: [Reconciler.Operation]) async {
    var numbers: Set<Int> = []
    for operation in operations {
      if case .virtualServer(let id) = operation.object { numbers.insert(ChurningServices.number(of: id)) }
    }
    for number in numbers { await look(at: number) }
  }

  private func look(at number: Int) async {
    guard let time else { return }
    let state = await kernel.virtualServer(ChurningServices.virtualServer(number))
    services.note(state, of: number, now: time.now())
  }

  private func freshStart() async -> KernelState {
    let kernel = FakeKernel(families: [.ipv4])
    let loop = Self.loop(kernel, ManualTime(jumps: true))
    await loop.submit(InputBatch(services.all, isComplete: true))
    _ = await loop.converge()
    return await kernel.state
  }
}
