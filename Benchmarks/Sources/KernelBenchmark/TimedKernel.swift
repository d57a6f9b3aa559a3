import Reconciler
import Synchronization

/// A kernel whose calls are timed, so that the core's own time can be told from it.
final class TimedKernel: Kernel {
  private let kernel: any Kernel
  private let calls = Mutex<[String: Calls]>([:])

  /// Of one name. Where calls overlap the time counts once.
  private struct Calls {
    var underWay = 0
    var since = ContinuousClock.now
    var duration = Duration.zero
  }

  init(_ kernel: any Kernel) { self.kernel = kernel }

  /// Wall time during which each call was under way since the last look, by name in order.
  func takeDurations() -> [(name: String, duration: Duration)] {
    calls.withLock { calls in
      defer { calls = [:] }
      return calls.sorted { $0.key < $1.key }.map { ($0.key, $0.value.duration) }
    }
  }

  private func begin(_ name: String) {
    calls.withLock { calls in
      var own = calls[name] ?? Calls()
      if own.underWay == 0 { own.since = .now }
      own.underWay += 1
      calls[name] = own
    }
  }

  private func end(_ name: String) {
    calls.withLock { calls in
      guard var own = calls[name] else { return }
      own.underWay -= 1
      if own.underWay == 0 { own.duration += own.since.duration(to: .now) }
      calls[name] = own
    }
  }

  func prepare() async throws(KernelError) -> [Notice] {
    begin("prepare")
    defer { end("prepare") }
    return try await kernel.prepare()
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    begin("read")
    defer { end("read") }
    return try await kernel.read(part)
  }

  func apply(_ operations: [Operation]) async -> [KernelError?] {
    begin("apply")
    defer { end("apply") }
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
