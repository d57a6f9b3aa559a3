/// Something that was read on the node, or why it wasn't.
public enum Fact<Value: Sendable>: Sendable {
  case known(Value)
  /// The node has no such thing: a setting of a module that isn't loaded, a program that isn't installed.
  case absent
  /// The reason, as the end of a sentence: "Permission denied (errno 13)".
  case unreadable(String)

  public var value: Value? {
    if case .known(let value) = self { value } else { nil }
  }

  public func map<Other: Sendable>(_ transform: (Value) -> Other) -> Fact<Other> {
    switch self {
    case .known(let value): .known(transform(value))
    case .absent: .absent
    case .unreadable(let reason): .unreadable(reason)
    }
  }
}

extension Fact: Equatable where Value: Equatable {}
extension Fact: Hashable where Value: Hashable {}
