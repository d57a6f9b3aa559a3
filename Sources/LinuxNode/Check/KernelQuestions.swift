import Addressing
import Netlink
import NodeCheck
import Reconciler

/// What NodeFactsReader asks the kernel over netlink, or a test's answers.
public struct KernelQuestions: Sendable {
  /// An address and the index of the interface that has it.
  public struct PlacedAddress: Hashable, Sendable {
    public var address: IPAddress
    public var interfaceIndex: UInt32

    public init(_ address: IPAddress, interfaceIndex: UInt32) {
      self.address = address
      self.interfaceIndex = interfaceIndex
    }
  }

  public var addresses: @Sendable () async throws(KernelError) -> [PlacedAddress]
  /// Loads IPVS and ipset where they aren't: ask only where they are.
  public var state: @Sendable ([IPFamily]) async throws(KernelError) -> KernelState
  /// The virtual servers alone; loads IPVS where it isn't.
  public var virtualServers: @Sendable () async throws(KernelError) -> [VirtualServerID]
  /// Loads IPVS where it isn't.
  public var timeouts: @Sendable () async throws(KernelError) -> NodeCheck.ConnectionTimeouts

  public init(
    addresses: @escaping @Sendable () async throws(KernelError) -> [PlacedAddress],
    state: @escaping @Sendable ([IPFamily]) async throws(KernelError) -> KernelState,
    virtualServers: @escaping @Sendable () async throws(KernelError) -> [VirtualServerID],
    timeouts: @escaping @Sendable () async throws(KernelError) -> NodeCheck.ConnectionTimeouts
  ) {
    self.addresses = addresses
    self.state = state
    self.virtualServers = virtualServers
    self.timeouts = timeouts
  }

  /// Asks the kernel of this network namespace.
  public init(_ netlink: NetlinkKernel) {
    self.init(
      addresses: { () throws(KernelError) in try await netlink.placedAddresses() },
      state: { (families) throws(KernelError) in try await netlink.observe(families) },
      virtualServers: { () throws(KernelError) in Array(try await netlink.traffic().keys) },
      timeouts: { () throws(KernelError) in
        let timeouts = try await netlink.timeouts()
        return NodeCheck.ConnectionTimeouts(tcp: timeouts.tcp, udp: timeouts.udp)
      })
  }
}

extension NetlinkKernel {
  fileprivate func placedAddresses() async throws(KernelError) -> [KernelQuestions.PlacedAddress] {
    let found = try await naming(.address, "ip address show") { () throws(NetlinkError) in
      try await route.allAddresses()
    }
    return found.map { KernelQuestions.PlacedAddress($0.address, interfaceIndex: $0.interfaceIndex) }
  }
}
