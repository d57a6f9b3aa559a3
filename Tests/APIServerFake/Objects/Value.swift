/// What JSON can say, with the order of members kept: objects are served the way they were put in.
///
/// Kubernetes' objects of a service proxy have no numbers with fractions.
public enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([Value])
  case object([Member])

  public struct Member: Sendable, Hashable {
    public var name: String
    public var value: Value

    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }
}

extension Value {
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  public var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// Empty for anything but an array.
  public var elements: [Value] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// Empty for anything but an object.
  public var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  public var isNull: Bool { self == .null }

  /// The member's value; null without it, and for anything but an object. Setting null takes the member out, a new
  /// member goes to the end.
  public subscript(name: String) -> Value {
    get { members.first { $0.name == name }?.value ?? .null }
    set {
      var members = self.members
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, .null): members.remove(at: place)
      case (let place?, _): members[place].value = newValue
      case (nil, .null): break
      case (nil, _): members.append(Member(name, newValue))
      }
      self = .object(members)
    }
  }

  /// The element; null beyond the end, and for anything but an array. Setting beyond the end is nothing.
  public subscript(index: Int) -> Value {
    get { elements.indices.contains(index) ? elements[index] : .null }
    set {
      guard case .array(var elements) = self, elements.indices.contains(index) else { return }
      elements[index] = newValue
      self = .array(elements)
    }
  }

  /// Names to texts, of an object like labels; members that are no text are left out.
  public var texts: [String: String] {
    var texts: [String: String] = [:]
    for member in members { texts[member.name] = member.value.string }
    return texts
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension Value {
  public static func text(_ number: some BinaryInteger) -> Value { .string(String(number)) }
  public static func number(_ number: some BinaryInteger) -> Value { .integer(Int64(number)) }
}
