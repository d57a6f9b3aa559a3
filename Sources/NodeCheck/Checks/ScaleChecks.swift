/// What gets slow with many connections or many Services.
extension Checks {
  @Sendable static func connectionTable(_ facts: NodeFacts) -> [Finding] {
    let check = "connection-table"
    guard let bits = facts.connectionTableBits.value else {
      if case .unreadable(let reason) = facts.connectionTableBits {
        return [.unreadable(check, "The size of IPVS' connection table", reason)]
      }
      return [.pass(check, "The size of IPVS' connection table shows once ip_vs is loaded.")]
    }
    guard (0...32).contains(bits) else {
      return [.unreadable(check, "The size of IPVS' connection table", "\(bits) bits make no sense")]
    }
    let buckets = 1 << bits
    // With net.ipv4.vs.conntrack=1 every connection of IPVS is a tracked one.
    let connections = number(facts, "net/netfilter/nf_conntrack_count") ?? 0
    let size = "IPVS' connection table has \(buckets) buckets (conn_tab_bits=\(bits))"
    guard connections > 4 * buckets else { return [.pass(check, "\(size).")] }
    return [
      .warn(
        check,
        "\(size) for up to \(connections) connections: every packet walks a chain of about "
          + "\(connections / buckets).",
        .init(
          "Make it larger; it counts from when ip_vs is loaded next, so reboot the node:",
          "echo 'options ip_vs conn_tab_bits=\(suitableBits(connections))' > /etc/modprobe.d/ip_vs.conf"))
    ]
  }

  /// 20 is the most that every kernel takes (net/netfilter/ipvs/ip_vs_conn.c).
  private static func suitableBits(_ connections: Int) -> Int {
    (12...20).first { 1 << $0 >= connections } ?? 20
  }

  /// Until 6.2 one timer walks all virtual and real servers every two seconds, with packets waiting; since then
  /// threads do, and net.ipv4.vs.run_estimation switches them off.
  @Sendable static func estimation(_ facts: NodeFacts) -> [Finding] {
    let check = "estimation"
    let key = "net/ipv4/vs/run_estimation"
    let count = facts.servers.value.map { $0.count + $0.realServerCount } ?? 0
    if let value = facts.settings[key]?.value {
      return [
        .pass(
          check,
          value == "0" ? "Rates aren't estimated (run_estimation=0)." : "Rates are estimated by threads.")
      ]
    }
    guard count > 20_000, let kernel = facts.kernel.value, kernel.isOlder(than: 6, 2) else {
      return [.pass(check, "Estimating rates costs nothing that is felt here.")]
    }
    return [
      .warn(
        check,
        "Kernel \(kernel.text) estimates the rates of \(count) virtual and real servers in one timer every two "
          + "seconds, and packets wait for it.",
        .init("Upgrade the kernel to 6.2 or later, which does it in threads."))
    ]
  }

  static func number(_ facts: NodeFacts, _ key: String) -> Int? {
    facts.settings[key]?.value.flatMap { Int($0) }
  }
}
