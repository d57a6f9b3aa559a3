import Durations
import YAML

/// From a node of a config file to a value. Types are strict, as in kube-proxy: a number is no string, a quoted number
/// is no number.
enum FileValue {
  static func parse(_ node: YAML.Node, as setting: Setting) throws(ValueFlaw) -> SettingValue {
    switch setting.type {
    case .bool: .bool(try bool(node))
    case .int32, .level: .integer(try integer(node))
    case .float32: .number(try number(node))
    case .duration: .duration(try duration(node, mayBeNumber: setting.key == flushFrequency))
    case .strings: .list(try strings(node))
    case .featureGates: .gates(try gates(node))
    case .quantity: .text(try quantity(node))
    case .pattern: .text(try patterns(node))
    case .string, .ip, .ipPort, .proxyMode, .localMode, .version: .text(try string(node))
    }
  }

  private static func bool(_ node: YAML.Node) throws(ValueFlaw) -> Bool {
    guard case .bool(let value)? = node.plain else { throw .expected("true or false", node) }
    return value
  }

  private static func integer(_ node: YAML.Node) throws(ValueFlaw) -> Int {
    guard case .integer(let value)? = node.plain, Int32(exactly: value) != nil else {
      throw .expected("a whole number of 32 bits", node)
    }
    return value
  }

  private static func number(_ node: YAML.Node) throws(ValueFlaw) -> Double {
    switch node.plain {
    case .integer(let value): return Double(value)
    case .number(let value) where Float(value).isFinite: return Double(Float(value))
    default: throw .expected("a number", node)
    }
  }

  private static func string(_ node: YAML.Node) throws(ValueFlaw) -> String {
    guard case .scalar(let scalar) = node, node.plain == .string else { throw .expected("a string", node) }
    return scalar.text
  }

  private static func strings(_ node: YAML.Node) throws(ValueFlaw) -> [String] {
    guard case .sequence(let sequence) = node else { throw .expected("a list of strings", node) }
    var result: [String] = []
    for item in sequence.items { result.append(try string(item)) }
    return result
  }

  /// The one duration that may be a number of nanoseconds too (TimeOrMetaDuration of component-base/logs/api/v1).
  private static let flushFrequency = "logging.flushFrequency"

  private static func duration(_ node: YAML.Node, mayBeNumber: Bool) throws(ValueFlaw) -> Duration {
    if mayBeNumber, case .integer(let nanoseconds)? = node.plain { return .nanoseconds(nanoseconds) }
    guard node.plain == .string, let text = node.text else { throw .expected("a duration like 30s", node) }
    guard let duration = GoDuration.parse(text) else { throw .noDuration(text) }
    return duration
  }

  private static func gates(_ node: YAML.Node) throws(ValueFlaw) -> [String: Bool] {
    guard case .mapping(let mapping) = node else {
      throw .expected("a mapping of names to true or false", node)
    }
    var result: [String: Bool] = [:]
    for (pair, isOverridden) in mapping.pairsAndWhetherOverridden where !isOverridden {
      result[pair.key.text] = try bool(pair.value)
    }
    return result
  }

  private static func quantity(_ node: YAML.Node) throws(ValueFlaw) -> String {
    guard case .scalar(let scalar) = node, FlagValue.isQuantity(scalar.text) else {
      throw .expected("a number of bytes like \"64Ki\"", node)
    }
    return scalar.text
  }

  /// A list of filePattern and verbosity, to the notation of the flag.
  private static func patterns(_ node: YAML.Node) throws(ValueFlaw) -> String {
    guard case .sequence(let sequence) = node else { throw .expected("a list", node) }
    var parts: [String] = []
    for item in sequence.items {
      guard case .mapping(let mapping) = item, let file = mapping["filePattern"]?.text,
        let verbosity = mapping["verbosity"]
      else { throw .expected("a list of mappings with filePattern and verbosity", node) }
      parts.append("\(file)=\(try integer(verbosity))")
    }
    return parts.joined(separator: ",")
  }
}

extension ValueFlaw {
  static func expected(_ what: String, _ node: YAML.Node) -> ValueFlaw {
    ValueFlaw("must be \(what), not \(node.typeName)")
  }
}
