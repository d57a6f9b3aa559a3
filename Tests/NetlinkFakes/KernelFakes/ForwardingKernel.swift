import Reconciler

/// A kernel that has something of its own to say to some calls and leaves the others to another.
public protocol ForwardingKernel: Kernel {
  associatedtype Base: Kernel
  nonisolated var base: Base { get }
}

extension ForwardingKernel {
  public func prepare() async throws(KernelError) -> [Notice] { try await base.prepare() }

  public func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    try await base.read(part)
  }

  public func apply(_ operations: [Operation]) async -> [KernelError?] { await base.apply(operations) }

  public func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await base.connections(of: ids)
  }

  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await base.forgetUDPFlows(of: ids)
  }
}
