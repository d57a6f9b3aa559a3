import Addressing
import Iptables

/// The conditions of one rule, read word by word against one packet.
struct RuleConditions {
  /// What follows "-j".
  private(set) var target: [String] = []
  private var words: ArraySlice<String>
  private let packet: Packet
  private let tracer: PacketTracer
  private var isNegated = false

  init(rule: Rule, packet: Packet, tracer: PacketTracer) {
    words = rule.words[...]
    self.packet = packet
    self.tracer = tracer
  }

  mutating func hold() throws -> Bool {
    var holds = true
    while let word = words.popFirst() {
      switch word {
      case "!": isNegated = true
      case "-m": try skipModuleName()
      case "-j":
        target = Array(words)
        words = []
      default:
        let matches = try condition(word)
        if matches == isNegated { holds = false }
        isNegated = false
      }
    }
    return holds
  }

  private mutating func skipModuleName() throws {
    let known = ["comment", "set", "mark", "conntrack", "addrtype", "physdev", "ipvs"]
    guard let name = words.popFirst(), known.contains(name) else {
      throw PacketTracer.Unknown(words: Array(words))
    }
  }

  private mutating func condition(_ word: String) throws -> Bool {
    if word == "--physdev-is-in" { return false }
    guard let value = words.popFirst() else { throw PacketTracer.Unknown(words: [word]) }
    switch word {
    case "--comment": return true
    case "-p": return packet.transport == value
    case "-s": return IPNetwork(value)?.contains(packet.source) == true
    case "-d": return IPNetwork(value)?.contains(packet.destination) == true
    case "-i": return isInterface(value)
    case "--match-set":
      guard let directions = words.popFirst() else { break }
      return try tracer.isMember(packet, of: value, directions)
    case "--mark":
      guard let (bits, mask) = PacketTracer.bits(value) else { break }
      return packet.mark & mask == bits
    case "--ctstate": return value.split(separator: ",").contains { $0 == packet.state }
    case "--dst-type" where value == "LOCAL": return tracer.localAddresses.contains(packet.destination)
    case "--src-type" where value == "LOCAL": return tracer.localAddresses.contains(packet.source)
    case "--vproto": return packet.virtualServer != nil && value == "6" && packet.transport == "tcp"
    case "--vaddr": return packet.virtualServer.map { "\($0.address)" == value } ?? false
    case "--vport": return packet.virtualServer.map { "\($0.port)" == value } ?? false
    default: break
    }
    throw PacketTracer.Unknown(words: [word, value])
  }

  private func isInterface(_ pattern: String) -> Bool {
    pattern.hasSuffix("+") ? packet.inInterface.hasPrefix(pattern.dropLast()) : packet.inInterface == pattern
  }
}
