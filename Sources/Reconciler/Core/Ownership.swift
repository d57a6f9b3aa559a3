import Addressing

/// Which kernel objects are ours to remove. The sets are the record: members go in before what they record and out
/// after it, so the answer survives kill -9 and is the same for what kube-proxy left.
public struct Ownership: Hashable, Sendable {
  /// Addresses in these networks are never touched, whoever recorded them (`--ipvs-exclude-cidrs`).
  public var excluded: [IPNetwork]
  /// True where KUBE-CLUSTER-IP was found without KUBE-IPVS-IPS: an old kube-proxy recorded no addresses, and all of
  /// them were its own.
  public var ownsAllAddresses: Bool

  public init(excluded: [IPNetwork] = [], ownsAllAddresses: Bool = false) {
    self.excluded = excluded
    self.ownsAllAddresses = ownsAllAddresses
  }

  /// Whether a virtual server is ours; the machine's own addresses count because a node port's set names none.
  public func owns(
    _ id: VirtualServerID, in state: KernelState, nodeAddresses: Set<IPAddress> = []
  ) -> Bool {
    guard !isExcluded(id.address) else { return false }
    let member = IPSetMember.addressPort(id.address, id.transport, id.port)
    let isRecorded = IPSetKind.allCases.contains { kind in
      kind.recordsVirtualServers && state.contains(IPSetEntry(IPSetID(kind, id.family), member))
    }
    return isRecorded || nodeAddresses.contains(id.address) && state.contains(Self.nodePortEntry(id))
  }

  /// The member that records a virtual server on a node port: a port alone, or for SCTP with its address.
  static func nodePortEntry(_ id: VirtualServerID) -> IPSetEntry {
    switch id.transport {
    case .tcp: IPSetEntry(IPSetID(.nodePortTCP, id.family), .port(id.port))
    case .udp: IPSetEntry(IPSetID(.nodePortUDP, id.family), .port(id.port))
    case .sctp: IPSetEntry(IPSetID(.nodePortSCTP, id.family), .addressPort(id.address, .sctp, id.port))
    }
  }

  public func owns(_ address: IPAddress, in state: KernelState) -> Bool {
    guard !isExcluded(address) else { return false }
    return ownsAllAddresses
      || state.contains(IPSetEntry(IPSetID(.boundAddresses, address.family), .address(address)))
  }

  /// Members of our sets are ours, except those that record something excluded.
  public func owns(_ entry: IPSetEntry) -> Bool {
    switch entry.member {
    case .address(let address), .addressPort(let address, _, _): !isExcluded(address)
    default: true
    }
  }

  func isExcluded(_ address: IPAddress) -> Bool { excluded.contains { $0.contains(address) } }
}
