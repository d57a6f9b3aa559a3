import Addressing
import Iptables

/// A node with rules and IPVS, whose sets say what is served: where does a packet end?
struct TracedNode {
  enum Outcome: Hashable {
    /// A real server gets it, from the node's address or from its own source.
    case masqueraded, unchanged
    /// A program of the node gets it.
    case host
    case dropped, rejected
  }

  let sample: SampleNode
  private let tracer: PacketTracer

  /// `sets` in place of the sample's own.
  init(_ sample: SampleNode, _ rules: RuleSet, sets: [String: [String]]? = nil) {
    var node = RestoreSimulator()
    node.restore(rules.missing(from: SavedRules()).restoreText)
    self.init(sample, saved: node.saved, sets: sets)
  }

  init(_ sample: SampleNode, saved: String, sets: [String: [String]]? = nil) {
    self.sample = sample
    tracer = PacketTracer(
      rules: SavedRules(saved) ?? SavedRules(), sets: sets ?? sample.sets,
      localAddresses: sample.localAddresses)
  }

  /// A packet from elsewhere: filter INPUT comes before IPVS.
  func outcome(arriving packet: Packet) throws -> Outcome {
    var packet = packet
    _ = try tracer.verdict(of: "PREROUTING", in: .nat, on: &packet)
    if let refused = try refusal(of: "INPUT", in: .filter, on: &packet) { return refused }
    return sample.serves(packet, by: tracer.sets) ? try delivered(packet) : .host
  }

  /// A packet of the node's own: IPVS comes after mangle and nat OUTPUT and before filter OUTPUT; what it doesn't take
  /// comes in again by lo.
  func outcome(sending packet: Packet) throws -> Outcome {
    var packet = packet
    if let refused = try refusal(of: "OUTPUT", in: .mangle, on: &packet) { return refused }
    _ = try tracer.verdict(of: "OUTPUT", in: .nat, on: &packet)
    if sample.serves(packet, by: tracer.sets) {
      var scheduled = sample.scheduled(packet)
      if let refused = try refusal(of: "OUTPUT", in: .filter, on: &scheduled) { return refused }
      return try delivered(packet)
    }
    packet.inInterface = "lo"
    return try refusal(of: "INPUT", in: .filter, on: &packet) ?? .host
  }

  private func delivered(_ packet: Packet) throws -> Outcome {
    var scheduled = sample.scheduled(packet)
    let isMasqueraded = try tracer.verdict(of: "POSTROUTING", in: .nat, on: &scheduled).isMasqueraded
    return isMasqueraded ? .masqueraded : .unchanged
  }

  private func refusal(of chain: String, in table: Table, on packet: inout Packet) throws -> Outcome? {
    switch try tracer.verdict(of: chain, in: table, on: &packet).verdict {
    case .accept: nil
    case .drop: .dropped
    case .reject: .rejected
    }
  }
}
