import Addressing
import Iptables

/// Walks packets through rules as the kernel does: enough of iptables-extensions(8) for the rules of a Service proxy.
/// Words it doesn't know are an error, so that no rule is passed over in silence.
struct PacketTracer {
  enum Verdict: Hashable { case accept, drop, reject }

  struct Unknown: Error {
    let words: [String]
  }

  let rules: SavedRules
  /// Members as `ipset save` prints them.
  let sets: [String: [String]]
  let localAddresses: Set<IPAddress>

  /// The verdict of one of the kernel's own chains. The mark is set in the packet; what masquerades is told apart from
  /// what only accepts.
  func verdict(
    of chain: String, in table: Table, on packet: inout Packet
  ) throws -> (verdict: Verdict, isMasqueraded: Bool) {
    switch try walk(ChainID(table, chain), &packet) {
    case .verdict(let verdict): (verdict, false)
    case .masquerade: (.accept, true)
    case .end: (rules.tables[table]?[chain]?.policy == "DROP" ? .drop : .accept, false)
    }
  }

  private enum End { case verdict(Verdict), masquerade, end }

  private func walk(_ chain: ChainID, _ packet: inout Packet) throws -> End {
    for rule in rules.rules(of: chain) ?? [] {
      var conditions = RuleConditions(rule: rule, packet: packet, tracer: self)
      guard try conditions.hold() else { continue }
      switch conditions.target.first {
      case "ACCEPT": return .verdict(.accept)
      case "DROP": return .verdict(.drop)
      case "REJECT": return .verdict(.reject)
      case "RETURN": return .end
      case "MASQUERADE": return .masquerade
      case "MARK": packet.mark = try marked(packet.mark, by: conditions.target)
      case let name? where rules.contains(ChainID(chain.table, name)):
        let end = try walk(ChainID(chain.table, name), &packet)
        if case .end = end { continue }
        return end
      default: throw Unknown(words: rule.words)
      }
    }
    return .end
  }

  /// --set-xmark value/mask: clear the mask's bits, then XOR the value.
  private func marked(_ mark: UInt32, by target: [String]) throws -> UInt32 {
    guard target.count == 3, target[1] == "--set-xmark", let (value, mask) = PacketTracer.bits(target[2])
    else {
      throw Unknown(words: target)
    }
    return (mark & ~mask) ^ value
  }

  static func bits(_ text: String) -> (value: UInt32, mask: UInt32)? {
    let parts = text.split(separator: "/").compactMap { UInt32($0.dropFirst(2), radix: 16) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
}

extension PacketTracer {
  /// Whether the set has a member for the packet; `directions` say of which end each part is.
  func isMember(_ packet: Packet, of name: String, _ directions: String) throws -> Bool {
    guard let members = sets[name] else { throw Unknown(words: ["no set", name]) }
    let ends = directions.split(separator: ",")
    return members.contains { member in
      let parts = member.split(separator: ",")
      return parts.count == ends.count
        && zip(parts, ends).allSatisfy { matches(packet, String($0), isSource: $1 == "src") }
    }
  }

  private func matches(_ packet: Packet, _ part: String, isSource: Bool) -> Bool {
    let address = isSource ? packet.source : packet.destination
    if let network = IPNetwork(part) { return network.contains(address) }
    if let exact = IPAddress(part) { return exact == address }
    // A port set's members have no transport: it matches every one that has ports. Source ports are never matched.
    let fields = part.split(separator: ":").map(String.init)
    guard !isSource, !packet.transport.hasSuffix("icmp") else { return false }
    return fields.last == "\(packet.port)" && (fields.count == 1 || fields[0] == packet.transport)
  }
}
