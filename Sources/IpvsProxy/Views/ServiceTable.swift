import Inspection
import Terminal

/// `get services`: kubectl's columns, and the state.
struct ServiceTable {
  private var table: TextTable

  /// - Parameters:
  ///   - services: in order.
  ///   - hasNamespaces: whether there is a column for them.
  ///   - isWide: whether there are more columns.
  ///   - now: in seconds since 1970.
  init(_ services: [ServiceStatus], hasNamespaces: Bool, isWide: Bool, now: Int64) {
    let wide = isWide ? ["ENDPOINTS", "INTERNAL", "EXTERNAL"] : []
    table = TextTable(
      (hasNamespaces ? ["NAMESPACE"] : [])
        + ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"] + wide + ["STATE"])
    for service in services {
      let names = hasNamespaces ? [service.namespace, service.name] : [service.name]
      let cells =
        names + [
          service.type, Self.list(service.clusterIPs),
          Self.list(service.loadBalancerIPs + service.externalIPs), Self.ports(service.ports),
          Age.text(since: service.createdAt, now: now),
        ]
      let more =
        isWide
        ? [
          "\(service.servingEndpoints)/\(service.endpoints)", service.internalTrafficPolicy,
          service.externalTrafficPolicy,
        ] : []
      table.add(
        (cells + more).map { TextTable.Cell($0) } + [Self.state(service.state, service.reason)])
    }
  }

  func lines(_ display: Display) -> [String] { table.lines(display) }

  static func state(_ state: ProgrammingState, _ reason: String) -> TextTable.Cell {
    TextTable.Cell(reason.isEmpty ? state.rawValue : "\(state.rawValue): \(reason)", state.tone)
  }

  private static func list(_ texts: [String]) -> String {
    texts.isEmpty ? "<none>" : texts.joined(separator: ",")
  }

  /// "80:30080/TCP,53/UDP", as kubectl has it.
  private static func ports(_ ports: [ServiceStatus.Port]) -> String {
    list(ports.map { "\($0.port)\($0.nodePort.map { ":\($0)" } ?? "")/\($0.transport.uppercased())" })
  }
}

extension ProgrammingState {
  var tone: Tone {
    switch self {
    case .programmed: .good
    case .pending, .noEndpoints: .warning
    case .conflict, .degraded: .bad
    }
  }
}

/// How old something is, in one or two units as kubectl has it: "45s", "5m12s", "3h4m", "12d", "2y34d".
enum Age {
  static func text(since created: Int64, now: Int64) -> String {
    guard created > 0 else { return "<unknown>" }
    return text(max(now - created, 0))
  }

  /// - Parameter seconds: 0 or more.
  /// - Returns: the text, by HumanDuration of k8s.io/apimachinery/pkg/util/duration.
  static func text(_ seconds: Int64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
    if seconds < 120 { return "\(seconds)s" }
    if minutes < 10 { return two(minutes, "m", seconds % 60, "s") }
    if minutes < 180 { return "\(minutes)m" }
    if hours < 8 { return two(hours, "h", minutes % 60, "m") }
    if hours < 48 { return "\(hours)h" }
    if days < 8 { return two(days, "d", hours % 24, "h") }
    if days < 730 { return "\(days)d" }
    if days < 2920 { return two(days / 365, "y", days % 365, "d") }
    return "\(days / 365)y"
  }

  private static func two(_ first: Int64, _ unit: String, _ second: Int64, _ smaller: String) -> String {
    second == 0 ? "\(first)\(unit)" : "\(first)\(unit)\(second)\(smaller)"
  }
}
