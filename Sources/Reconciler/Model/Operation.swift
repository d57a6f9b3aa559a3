import Addressing

/// One change to the kernel: one netlink message, or one line of an ipset message.
///
/// Verbs are ipvsadm's -A/-E/-D: `add` of what is there is EEXIST for virtual servers and real servers and no error
/// for set members and addresses; `update` of what is missing is ESRCH or ENOENT; `remove` of what is missing succeeds.
public enum Operation: Hashable, Sendable {
  case addMember(IPSetEntry)
  case removeMember(IPSetEntry)
  case addVirtualServer(VirtualServer)
  case updateVirtualServer(VirtualServer)
  /// Its real servers go with it.
  case removeVirtualServer(VirtualServerID)
  case addRealServer(RealServer, to: VirtualServerID)
  case updateRealServer(RealServer, of: VirtualServerID)
  case removeRealServer(RealServerID, from: VirtualServerID)
  /// Binds the address to kube-ipvs0 as a single host.
  case addAddress(IPAddress)
  case removeAddress(IPAddress)
}

extension Operation: CustomStringConvertible {
  /// In the words of ipvsadm(8), ipset(8) and ip(8): what an operator would type to do the same.
  public var description: String {
    switch self {
    case .addMember(let entry): "ipset add \(entry)"
    case .removeMember(let entry): "ipset del \(entry)"
    case .addVirtualServer(let server): "ipvsadm -A \(server.arguments)"
    case .updateVirtualServer(let server): "ipvsadm -E \(server.arguments)"
    case .removeVirtualServer(let id): "ipvsadm -D \(id.arguments)"
    case .addRealServer(let server, let id): "ipvsadm -a \(id.arguments) \(server.arguments)"
    case .updateRealServer(let server, let id): "ipvsadm -e \(id.arguments) \(server.arguments)"
    case .removeRealServer(let server, let id): "ipvsadm -d \(id.arguments) -r \(server)"
    case .addAddress(let address): "ip addr add \(IPNetwork(host: address)) dev kube-ipvs0"
    case .removeAddress(let address): "ip addr del \(IPNetwork(host: address)) dev kube-ipvs0"
    }
  }
}

extension VirtualServerID {
  /// "-t 10.96.0.1:443".
  var arguments: String {
    let option =
      switch transport {
      case .tcp: "-t"
      case .udp: "-u"
      case .sctp: "--sctp-service"
      }
    return "\(option) \(hostPort(address, port))"
  }
}

extension VirtualServer {
  /// "-t 10.96.0.1:443 -s rr -p 10800".
  var arguments: String {
    var text = "\(id.arguments) -s \(scheduler)"
    if let persistence { text += " -p \(persistence)" }
    if schedulerFlags.contains(.onePacket) { text += " -o" }
    let flags = [(SchedulerFlags.scheduler1, "flag-1"), (.scheduler2, "flag-2"), (.scheduler3, "flag-3")]
      .filter { schedulerFlags.contains($0.0) }.map(\.1)
    return flags.isEmpty ? text : text + " -b " + flags.joined(separator: ",")
  }
}

extension RealServer {
  /// "-r 10.244.0.5:8080 -m -w 1".
  var arguments: String {
    let method =
      switch forwarding {
      case .masquerade: "-m"
      case .directRouting: "-g"
      case .tunnel: "-i"
      case .local, .bypass: "-m"
      }
    return "-r \(id) \(method) -w \(weight)"
  }
}
