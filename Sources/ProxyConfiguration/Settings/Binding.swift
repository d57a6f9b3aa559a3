import Addressing

/// How a setting's value gets its place in the configuration, and out of it again.
struct Binding: Sendable {
  let type: ValueType
  let get: @Sendable (ProxyConfiguration) -> SettingValue
  /// Throws when the value is of the right type and yet wrong. A value of another type than `type` never comes here.
  let set: @Sendable (SettingValue, inout ProxyConfiguration) throws(ValueFlaw) -> Void
}

/// What is wrong with a value, as the rest of a sentence that began with the setting's name: "must be more than 0".
struct ValueFlaw: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }
}

extension Binding {
  typealias Place<Value> = any WritableKeyPath<ProxyConfiguration, Value> & Sendable

  static func bool(_ place: Place<Bool>) -> Binding {
    Binding(type: .bool, get: { .bool($0[keyPath: place]) }) { value, configuration throws(ValueFlaw) in
      guard case .bool(let value) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = value
    }
  }

  static func integer(
    _ place: Place<Int>, in range: ClosedRange<Int>, as type: ValueType = .int32
  ) -> Binding {
    Binding(type: type, get: { .integer($0[keyPath: place]) }) { value, configuration throws(ValueFlaw) in
      guard case .integer(let value) = value else { throw .mismatch(value) }
      guard range.contains(value) else {
        let upper = range.upperBound == Int(Int32.max) ? " or more" : " to \(range.upperBound)"
        throw ValueFlaw("must be \(range.lowerBound)\(upper), not \(value)")
      }
      configuration[keyPath: place] = value
    }
  }

  static func number(_ place: Place<Double>) -> Binding {
    Binding(type: .float32, get: { .number($0[keyPath: place]) }) { value, configuration throws(ValueFlaw) in
      guard case .number(let value) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = value
    }
  }

  /// Text of any kind that `check` finds no fault with; it answers with what is kept.
  static func text(
    _ place: Place<String>, check: @escaping @Sendable (String) throws(ValueFlaw) -> String = { $0 }
  ) -> Binding {
    Binding(type: .string, get: { .text($0[keyPath: place]) }) { value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = try check(text)
    }
  }

  enum DurationRule: Sendable { case positive, notNegative }

  static func duration(_ place: Place<Duration>, _ rule: DurationRule = .notNegative) -> Binding {
    Binding(type: .duration, get: { .duration($0[keyPath: place]) }) {
      value, configuration throws(ValueFlaw) in
      guard case .duration(let duration) = value else { throw .mismatch(value) }
      switch rule {
      case .positive where duration <= .zero: throw ValueFlaw("must be more than 0, not \(value)")
      case .notNegative where duration < .zero: throw ValueFlaw("must be 0 or more, not \(value)")
      case .positive, .notNegative: configuration[keyPath: place] = duration
      }
    }
  }

  static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ place: Place<Choice>, as type: ValueType
  ) -> Binding where Choice.RawValue == String {
    Binding(type: type, get: { .text($0[keyPath: place].rawValue) }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValueFlaw("must be one of \(known), not '\(text)'")
      }
      configuration[keyPath: place] = choice
    }
  }

  static func gates(_ place: Place<[String: Bool]>) -> Binding {
    Binding(type: .featureGates, get: { .gates($0[keyPath: place]) }) {
      value, configuration throws(ValueFlaw) in
      guard case .gates(let gates) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = gates
    }
  }

  /// For settings without effect.
  static func kept(_ type: ValueType, under key: String?, default initial: SettingValue) -> Binding {
    Binding(type: type) { configuration in
      key.flatMap { configuration.withoutEffect[$0] } ?? initial
    } set: { value, configuration in
      if let key { configuration.withoutEffect[key] = value == initial ? nil : value }
    }
  }
}

extension ValueFlaw {
  /// Flags and files are read by the setting's type, so nobody gets to see this.
  static func mismatch(_ value: SettingValue) -> ValueFlaw { ValueFlaw("can't be '\(value)'") }
}
