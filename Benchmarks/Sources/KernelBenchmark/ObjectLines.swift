import Addressing
import Reconciler

/// The objects that a snapshot asks for, as Floor reads them: one a line, the sets, then members, then each virtual
/// server with its real servers, then addresses.
struct ObjectLines {
  let lines: [String]

  init(_ plan: Plan) {
    var members: [String] = []
    var filled: [IPSetID] = []
    var servers: [VirtualServerID: (own: String, realServers: [String])] = [:]
    var addresses: [String] = []
    for operation in plan.operations {
      switch operation {
      case .addMember(let entry):
        members.append(entry.line)
        filled.append(entry.set)
      case .addVirtualServer(let server): servers[server.id, default: ("", [])].own = server.line
      case .addRealServer(let server, let id): servers[id, default: ("", [])].realServers.append(server.line)
      case .addAddress(let address): addresses.append("A \(address.family.digit) \(address)")
      default: break
      }
    }
    // Those with members: of the others the program reads the header only.
    lines =
      Set(filled).sorted().map { "L \($0.name)" } + members.sorted()
      + servers.sorted { $0.key < $1.key }.flatMap { [$0.value.own] + $0.value.realServers }
      + addresses
  }
}

extension IPFamily {
  fileprivate var digit: Int { self == .ipv4 ? 4 : 6 }
}

extension VirtualServer {
  fileprivate var line: String {
    // IP_VS_SVC_F_PERSISTENT of linux/ip_vs.h.
    let flags = schedulerFlags.rawValue | (persistence == nil ? 0 : 1)
    return "V \(id.family.digit) \(id.transport.rawValue) \(id.address) \(id.port) \(scheduler) \(flags) "
      + "\(persistence ?? 0)"
  }
}

extension RealServer {
  fileprivate var line: String { "R \(id.address) \(id.port) \(weight)" }
}

extension IPSetEntry {
  fileprivate var line: String {
    switch member {
    case .address(let address): "I \(set.name) \(address.family.digit) \(address)"
    case .addressPort(let address, let transport, let port):
      "S \(set.name) \(address.family.digit) \(address) \(transport.rawValue) \(port)"
    case .addressPortAddress(let address, let transport, let port, let other):
      "S \(set.name) \(address.family.digit) \(address) \(transport.rawValue) \(port) \(other)"
    case .port(let port): "P \(set.name) \(port)"
    // The snapshot has no source ranges.
    case .addressPortNetwork: ""
    }
  }
}
