import Addressing

/// A virtual server with its real servers, of several with the same ID the last.
public struct VirtualServerState: Hashable, Sendable {
  public var virtualServer: VirtualServer
  public var realServers: SortedByID<RealServer>

  public init(_ virtualServer: VirtualServer, realServers: [RealServer] = []) {
    self.virtualServer = virtualServer
    self.realServers = realServers.isEmpty ? SortedByID() : SortedByID(realServers)
  }
}

/// What the kernel said: everything on the node that this program could own, whoever made it.
/// Firewall-mark virtual servers and those of other protocols are left out: they are never ours.
public struct KernelState: Equatable, Sendable {
  public var virtualServers: [VirtualServerID: VirtualServerState]
  /// Addresses on kube-ipvs0, link-local ones left out.
  public var addresses: Set<IPAddress>
  /// Members of our sets by set; a set that doesn't exist has no key.
  public var sets: [IPSetID: IPSetMembers]

  public init(
    virtualServers: [VirtualServerID: VirtualServerState] = [:], addresses: Set<IPAddress> = [],
    sets: [IPSetID: IPSetMembers] = [:]
  ) {
    self.virtualServers = virtualServers
    self.addresses = addresses
    self.sets = sets
  }

  public func contains(_ entry: IPSetEntry) -> Bool { sets[entry.set]?.contains(entry.member) ?? false }
}
