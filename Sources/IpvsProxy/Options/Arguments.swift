import Addressing
import ArgumentParser
import Reconciler

extension IPNetwork: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// A comma-separated list of networks: at most one of each family, as Kubernetes' own flags take them.
struct NetworkList: ExpressibleByArgument, Equatable {
  let networks: [IPNetwork]

  init(_ networks: [IPNetwork]) { self.networks = networks }

  init?(argument: String) {
    var networks: [IPNetwork] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let network = IPNetwork(part.trimmingSpaces()) else { return nil }
      networks.append(network)
    }
    self.networks = networks
  }

  var defaultValueDescription: String { networks.map(\.description).joined(separator: ",") }

  /// - Throws: when a family is named twice.
  func validate(_ flag: String) throws {
    if Set(networks.map(\.family)).count != networks.count {
      throw ValidationError("\(flag) takes one network of each IP family, not \(defaultValueDescription).")
    }
  }
}

/// Inclusive range of ports, "30000-32767".
struct PortRange: ExpressibleByArgument, Equatable {
  let range: ClosedRange<UInt16>

  init(_ range: ClosedRange<UInt16>) { self.range = range }

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = UInt16(parts[0]), let last = UInt16(parts[1]), first > 0,
      first <= last
    else { return nil }
    range = first...last
  }

  var defaultValueDescription: String { "\(range.lowerBound)-\(range.upperBound)" }
}

/// A length of time in Go's notation, which kube-proxy's flags use: "30s", "1m30s", "250ms".
struct GoDuration: ExpressibleByArgument, Equatable {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = Self.parse(argument) else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String { Self.text(duration) }

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  private static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var rest = Substring(text)
    var nanoseconds = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { !$0.isNumber && $0 != "." }
      rest = rest.dropFirst(unit.count)
      guard let number = Double(digits), let factor = units.first(where: { $0.name == unit })?.nanoseconds
      else { return nil }
      nanoseconds += number * factor
    }
    guard nanoseconds < 1e18 else { return nil }
    return .nanoseconds(Int64(nanoseconds))
  }

  private static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    return milliseconds == 0 ? "\(seconds)s" : "\(seconds * 1000 + milliseconds)ms"
  }
}

extension Substring {
  func trimmingSpaces() -> String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
