/// A piece of text in a YAML document.
public struct Scalar: Sendable {
  /// Without quotes, escapes resolved, lines folded.
  public let text: String
  /// Whether it stands without quotes and is no block ("|", ">").
  public let isPlain: Bool
  /// "tag:yaml.org,2002:int"; nil where the text itself says the type.
  public let tag: String?
  public let mark: Mark

  /// What quotes, blocks and "!!str" give.
  static let stringTag = "tag:yaml.org,2002:str"

  /// Its type by YAML 1.1; quotes make a string of anything.
  public var value: ScalarValue { tag == Self.stringTag ? .string : ScalarValue(plain: text) }
}
