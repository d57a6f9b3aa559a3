import Addressing

/// In which sets a virtual server has members: all but the source ranges follow from its address, protocol and port,
/// so that they need not be kept.
struct Membership: Hashable, Sendable {
  /// One bit for each of `order`.
  private var kinds: UInt32 = 0
  /// Who may come; empty for everybody.
  private let sourceRanges: [IPNetwork]

  /// In the order in which their members go in: who may come, then that it is restricted.
  private static let order: [IPSetKind] = [
    .loadBalancerSourceIP, .loadBalancerFirewall, .clusterIP, .loadBalancerLocal, .loadBalancer,
    .externalIPLocal,
    .externalIP, .nodePortLocalTCP, .nodePortTCP, .nodePortLocalUDP, .nodePortUDP, .nodePortLocalSCTP,
    .nodePortSCTP, .noLocalEndpoints,
  ]

  /// `kinds` are sets of virtual servers and node ports, and those that go with source ranges.
  init(_ kinds: [IPSetKind], sourceRanges: [IPNetwork] = []) {
    self.sourceRanges = sourceRanges
    for (bit, kind) in Self.order.enumerated() where kinds.contains(kind) { self.kinds |= 1 << bit }
  }

  /// Whether the entry is among `members(of: id)`, without making them.
  func contains(_ entry: IPSetEntry, of id: VirtualServerID) -> Bool {
    guard entry.set.family == id.family else { return false }
    if case .addressPortNetwork(let address, let transport, let port, let range) = entry.member {
      return entry.set.kind == .loadBalancerSourceCIDR && sourceRanges.contains(range)
        && id == VirtualServerID(address, port: port, transport: transport)
    }
    guard let bit = Self.order.firstIndex(of: entry.set.kind), kinds & 1 << bit != 0 else { return false }
    return entry.member == Self.member(of: id, in: entry.set.kind)
  }

  func members(of id: VirtualServerID) -> [IPSetEntry] {
    var members = sourceRanges.map { range in
      IPSetEntry(
        IPSetID(.loadBalancerSourceCIDR, id.family),
        .addressPortNetwork(id.address, id.transport, id.port, range))
    }
    members.reserveCapacity(members.count + kinds.nonzeroBitCount)
    for (bit, kind) in Self.order.enumerated() where kinds & 1 << bit != 0 {
      members.append(IPSetEntry(IPSetID(kind, id.family), Self.member(of: id, in: kind)))
    }
    return members
  }

  private static func member(of id: VirtualServerID, in kind: IPSetKind) -> IPSetMember {
    switch kind.type {
    case .bitmapPort: .port(id.port)
    case .hashIPPortIP: .addressPortAddress(id.address, id.transport, id.port, id.address)
    case .hashIP, .hashIPPort, .hashIPPortNet: .addressPort(id.address, id.transport, id.port)
    }
  }
}

extension IPSetEntry {
  /// The virtual server that alone can need this member; nil for one that several may share.
  var namedVirtualServer: VirtualServerID? {
    if set.kind == .loopBack { return nil }
    switch member {
    case .address, .port: return nil
    case .addressPort(let address, let transport, let port),
      .addressPortAddress(let address, let transport, let port, _),
      .addressPortNetwork(let address, let transport, let port, _):
      return VirtualServerID(address, port: port, transport: transport)
    }
  }
}
