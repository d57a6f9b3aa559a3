import Addressing
import LinuxNode
import Netlink
import Reconciler
import TransportFakes

/// The netlink half of the kernel over one in memory: every byte is made and read as for the real one.
struct MemoryKernel: Kernel {
  private let netlink: NetlinkKernel

  init() {
    let fake = CountingKernel()
    netlink = NetlinkKernel { (family) throws(NetlinkError) in fake.transport(family) }
  }

  func prepare() async throws(KernelError) -> [Notice] {
    try await netlink.ensureSets([.ipv4]) + netlink.ensureDevice()
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    try await netlink.read(part, [.ipv4])
  }

  func apply(_ operations: [Operation]) async -> [KernelError?] { await netlink.apply(operations) }

  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await netlink.connections(of: ids)
  }

  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
}
