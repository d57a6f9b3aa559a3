import Durations

/// The value of a setting as flags, the config file and this program's own output have it, before it is given its
/// meaning.
public enum SettingValue: Sendable, Hashable {
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([String])
  case duration(Duration)
  case gates([String: Bool])

  /// Whether it is what Go has for a field that nobody set.
  var isZero: Bool {
    switch self {
    case .bool(let value): !value
    case .integer(let value): value == 0
    case .number(let value): value == 0
    case .text(let text): text.isEmpty
    case .list(let items): items.isEmpty
    case .duration(let duration): duration == .zero
    case .gates(let gates): gates.isEmpty
    }
  }
}

extension SettingValue: CustomStringConvertible {
  /// As it is written behind a flag.
  public var description: String {
    switch self {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .text(let text): text
    case .list(let items): items.joined(separator: ",")
    case .duration(let duration): GoDuration.text(duration)
    case .gates(let gates):
      gates.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
  }
}
