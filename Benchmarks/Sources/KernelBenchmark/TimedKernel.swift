import Reconciler
import Synchronization

/// A kernel whose calls are timed, so that the core's own time can be told from it.
final class TimedKernel: Kernel {
  private let kernel: any Kernel
  private let durations = Mutex<[String: Duration]>([:])

  init(_ kernel: any Kernel) { self.kernel = kernel }

  /// Wall time spent in each call since the last look, by name in order.
  func takeDurations() -> [(name: String, duration: Duration)] {
    durations.withLock { durations in
      defer { durations = [:] }
      return durations.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  private func add(_ name: String, since start: ContinuousClock.Instant) {
    let duration = start.duration(to: .now)
    durations.withLock { $0[name, default: .zero] += duration }
  }

  func prepare() async throws(KernelError) -> [Notice] {
    let start = ContinuousClock.now
    defer { add("prepare", since: start) }
    return try await kernel.prepare()
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    let start = ContinuousClock.now
    defer { add("read", since: start) }
    return try await kernel.read(part)
  }

  func apply(_ operations: [Operation]) async -> [KernelError?] {
    let start = ContinuousClock.now
    defer { add("apply", since: start) }
    return await kernel.apply(operations)
  }

  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await kernel.connections(of: ids)
  }

  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await kernel.forgetUDPFlows(of: ids)
  }
}
