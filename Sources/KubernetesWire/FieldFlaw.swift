/// What is wrong with an object, and where.
struct FieldFlaw: Error, Hashable {
  /// From the object's root: "spec.ports[1].port"; empty for the object as a whole.
  var field: String
  let message: String

  init(_ field: String, _ message: String) {
    self.field = field
    self.message = message
  }

  /// The same, seen from what holds it. A place in a list is "[1]".
  func inside(_ parent: String) -> FieldFlaw {
    FieldFlaw(field.isEmpty || field.hasPrefix("[") ? parent + field : "\(parent).\(field)", message)
  }

  /// Keeps messages readable when a value is not.
  static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 80
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(77))) + "..."
  }
}
