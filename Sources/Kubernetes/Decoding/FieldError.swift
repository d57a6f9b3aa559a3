/// A field that does not hold what the API allows.
struct FieldError: Error, Equatable {
  /// Counted from 1, in the file.
  let line: Int
  /// From the object's root: "spec.ports[1].port".
  let path: String
  let message: String
}
