/// What libyaml finds in a text, one after the other. Its grammar guarantees that beginnings and ends match, and that a
/// mapping's keys and values alternate.
enum Event {
  case documentStart
  case scalar(Scalar, anchor: String?)
  case alias(String, Mark)
  case sequenceStart(Mark, anchor: String?)
  case mappingStart(Mark, anchor: String?)
  /// Of the innermost collection.
  case end
  case streamEnd
  /// The stream's beginning, or a document's end.
  case other
}
