/// The flags that say what a KubeProxyConfiguration says.
enum KubeProxyFlags {
  /// A field that has no flag here: a scenario with it must not pass unnoticed.
  struct UnknownField: Error, CustomStringConvertible {
    let field: String
    var description: String { "config.yaml: no flag is known for the field \(field)" }
  }

  /// Flags by field, outer and inner name joined by a dot.
  private static let names = [
    "clusterCIDR": "cluster-cidr", "hostnameOverride": "hostname-override",
    "nodePortAddresses": "nodeport-addresses", "detectLocalMode": "detect-local-mode",
    "detectLocal.bridgeInterface": "pod-bridge-interface",
    "detectLocal.interfaceNamePrefix": "pod-interface-name-prefix",
    "iptables.masqueradeAll": "masquerade-all", "iptables.masqueradeBit": "iptables-masquerade-bit",
    "ipvs.scheduler": "ipvs-scheduler", "ipvs.syncPeriod": "ipvs-sync-period",
    "ipvs.strictARP": "ipvs-strict-arp", "ipvs.excludeCIDRs": "ipvs-exclude-cidrs",
    "ipvs.tcpTimeout": "ipvs-tcp-timeout", "ipvs.tcpFinTimeout": "ipvs-tcpfin-timeout",
    "ipvs.udpTimeout": "ipvs-udp-timeout", "conntrack.maxPerCore": "conntrack-max-per-core",
    "conntrack.min": "conntrack-min", "conntrack.tcpBeLiberal": "conntrack-tcp-be-liberal",
    "conntrack.tcpEstablishedTimeout": "conntrack-tcp-timeout-established",
    "conntrack.tcpCloseWaitTimeout": "conntrack-tcp-timeout-close-wait",
    "conntrack.udpTimeout": "conntrack-udp-timeout",
    "conntrack.udpStreamTimeout": "conntrack-udp-timeout-stream",
  ]

  /// Without bearing on what one round leaves in the kernel.
  private static let irrelevant: Set<String> = [
    "apiVersion", "kind", "mode", "healthzBindAddress", "metricsBindAddress", "ipvs.minSyncPeriod",
  ]

  /// Takes YAML in the shape that kube-proxy's own files have: two levels, lists one item a line.
  static func flags(_ text: String) throws -> [String] {
    var values: [(field: String, items: [String])] = []
    var parent = ""
    for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("#") {
      let content = String(line.drop { $0 == " " })
      if content.hasPrefix("- ") {
        guard !values.isEmpty else { throw UnknownField(field: content) }
        values[values.count - 1].items.append(unquoted(String(content.dropFirst(2))))
        continue
      }
      let parts = content.split(separator: ":", maxSplits: 1).map(String.init)
      let value = unquoted(parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
      let isInner = line.hasPrefix(" ")
      if !isInner { parent = parts[0] }
      values.append((isInner ? "\(parent).\(parts[0])" : parts[0], value.isEmpty ? [] : [value]))
    }
    return try values.flatMap { try flags($0.field, $0.items) }
  }

  private static func flags(_ field: String, _ items: [String]) throws -> [String] {
    if irrelevant.contains(field) || items.isEmpty { return [] }
    guard let name = names[field] else { throw UnknownField(field: field) }
    if items == ["true"] { return ["--\(name)"] }
    if items == ["false"] { return [] }
    return ["--\(name)", items.joined(separator: ",")]
  }

  private static func unquoted(_ text: String) -> String {
    let quotes: Set<Character> = ["\"", "'"]
    guard text.count > 1, let first = text.first, quotes.contains(first), text.last == first else {
      return text
    }
    return String(text.dropFirst().dropLast())
  }
}
