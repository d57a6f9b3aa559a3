import Addressing

/// A connection or a flow of datagrams through a virtual IP that is kept open, and who answered it at first.
struct Flow: CustomStringConvertible {
  let description: String
  private let connection: OpenConnection
  private let answer: String

  init(from namespace: String, _ address: String, _ port: UInt16, _ transport: TransportProtocol) throws {
    description = "\(transport) from \(namespace) to \(address)"
    connection = try Client.open(from: namespace, address, port, transport)
    answer = try connection.ask()
  }

  /// Whether the same pod still answers, and sees the same source.
  var isAlive: Bool { (try? connection.ask()) == answer }
}

extension Lab {
  /// A flow of datagrams is forgotten after 30 s otherwise, and the emulated machine can be slow.
  func keepTrackingDatagrams() throws {
    let name = "net.netfilter.nf_conntrack_udp_timeout"
    try exec(["sysctl", "-qw", "\(name)=3600", "\(name)_stream=3600"])
  }

  /// Addresses and ports of every flow to the pods, both ways, masqueraded ports included: a flow that was forgotten
  /// and began anew shows another port.
  func trackedFlows() throws -> Set<String> {
    let lines = try ["ipv4", "ipv6"].flatMap { try exec(["conntrack", "-L", "-f", $0]).lines }
    return Set(
      lines.filter { $0.contains("port=8080") }.map { line in
        let words = line.split(separator: " ")
        let ends = words.filter { word in
          ["src=", "dst=", "sport=", "dport="].contains { word.hasPrefix($0) }
        }
        return "\(words.first ?? "") \(ends.joined(separator: " "))"
      })
  }
}
