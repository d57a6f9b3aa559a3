import Addressing

/// In which sets a virtual server has members: all but the source ranges follow from its address, protocol and port,
/// so that they need not be kept.
struct Membership: Hashable, Sendable {
  /// A bit for each of `order`, the lowest first.
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

  /// That of a ClusterIP: the set of nearly all virtual servers.
  static let clusterIP = Membership([.clusterIP])

  private static func bit(_ kind: IPSetKind) -> UInt32 { bits[Int(kind.rawValue)] }

  /// By raw value; 0 for what is never among them.
  private static let bits: [UInt32] = IPSetKind.allCases.map { kind in
    order.firstIndex(of: kind).map { 1 << UInt32($0) } ?? 0
  }

  /// Sets that record a port without an address: others on the same port have the same member.
  private static let shared = order.filter { $0.type == .bitmapPort }.reduce(0) { $0 | bit($1) }

  /// `kinds` are sets of virtual servers and node ports, and those that go with source ranges.
  init(_ kinds: [IPSetKind], sourceRanges: [IPNetwork] = []) {
    self.sourceRanges = sourceRanges
    for kind in kinds { self.kinds |= Self.bit(kind) }
  }

  /// Whether the entry is among `members(of: id)`, without making them.
  func contains(_ entry: IPSetEntry, of id: VirtualServerID) -> Bool {
    guard entry.set.family == id.family else { return false }
    if case .addressPortNetwork(let address, let transport, let port, let range) = entry.member {
      return entry.set.kind == .loadBalancerSourceCIDR && sourceRanges.contains(range)
        && id == VirtualServerID(address, port: port, transport: transport)
    }
    guard kinds & Self.bit(entry.set.kind) != 0 else { return false }
    return entry.member == Self.member(of: id, in: entry.set.kind)
  }

  /// Whether others may need some of the members too.
  var hasSharedMembers: Bool { kinds & Self.shared != 0 }

  func members(of id: VirtualServerID) -> [IPSetEntry] {
    var members: [IPSetEntry] = []
    members.reserveCapacity(sourceRanges.count + kinds.nonzeroBitCount)
    forEachMember(of: id) { members.append($0) }
    return members
  }

  /// The same one after the other, without a list.
  func forEachMember(of id: VirtualServerID, _ body: (IPSetEntry) -> Void) {
    for range in sourceRanges {
      body(
        IPSetEntry(
          IPSetID(.loadBalancerSourceCIDR, id.family),
          .addressPortNetwork(id.address, id.transport, id.port, range)))
    }
    var rest = kinds
    while rest != 0 {
      let kind = Self.order[rest.trailingZeroBitCount]
      body(IPSetEntry(IPSetID(kind, id.family), Self.member(of: id, in: kind)))
      rest &= rest - 1
    }
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
