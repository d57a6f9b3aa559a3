import Addressing
import Glibc
import Reconciler
import SeededGenerator

/// A kernel that refuses a seeded share of all writes, and loses a few answers to writes that did take effect.
public actor FaultInjector: Kernel {
  private let base: any Kernel
  private var random: SeededGenerator
  /// Share of operations that fail, 0...1.
  public var failureRate: Double
  /// Share of the failures whose outcome nobody knows; half of those took effect.
  public var lostShare: Double
  /// Operations that fail each time, whatever the rate.
  private var cursed: @Sendable (Operation) -> Int32?
  public private(set) var injected = 0

  public init(
    _ base: any Kernel, seed: UInt64, failureRate: Double = 0.1, lostShare: Double = 0.1,
    cursed: @escaping @Sendable (Operation) -> Int32? = { _ in nil }
  ) {
    self.base = base
    random = SeededGenerator(seed: seed)
    self.failureRate = failureRate
    self.lostShare = lostShare
    self.cursed = cursed
  }

  /// Lifts every fault.
  public func heal() {
    failureRate = 0
    cursed = { _ in nil }
  }

  public func prepare() async throws(KernelError) -> [Notice] {
    try fail(.ipset, "create the sets")
    return try await base.prepare()
  }

  public func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    // A whole reading has dozens of parts, and fails about as often as one write.
    try fail(.ipvs, "list virtual servers", share: part == .virtualServers ? 1 : 0.02)
    return try await base.read(part)
  }

  public func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try fail(.ipvs, "count connections")
    return try await base.connections(of: ids)
  }

  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await base.forgetUDPFlows(of: ids)
  }

  public func apply(_ operations: [Operation]) async -> [KernelError?] {
    var results: [KernelError?] = []
    for operation in operations {
      let fault = decide(operation)
      if let fault, fault.errno != 0 || Bool.random(using: &random) {
        results.append(fault)
        continue
      }
      let result = await base.apply([operation]).first ?? nil
      results.append(fault ?? result)
    }
    return results
  }

  private func decide(_ operation: Operation) -> KernelError? {
    if let errno = cursed(operation) {
      return KernelError(.ipvs, errno: errno, object: operation.description)
    }
    guard Double.random(in: 0..<1, using: &random) < failureRate else { return nil }
    injected += 1
    guard Double.random(in: 0..<1, using: &random) < lostShare else {
      return KernelError(.ipvs, errno: ENOMEM, object: operation.description)
    }
    return KernelError(.ipvs, errno: 0, object: operation.description, outcome: .unknown)
  }

  private func fail(
    _ subsystem: KernelError.Subsystem, _ object: String, share: Double = 1
  ) throws(KernelError) {
    guard Double.random(in: 0..<1, using: &random) < failureRate * share else { return }
    injected += 1
    throw KernelError(subsystem, errno: ENOBUFS, object: object, outcome: .unknown)
  }
}
