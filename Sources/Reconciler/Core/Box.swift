/// A value in one place of the heap. Tables keep room for half as many entries again as they have: what is wide is kept
/// beside them.
final class Box<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}

extension Box: Equatable where Value: Equatable {
  static func == (left: Box, right: Box) -> Bool { left === right || left.value == right.value }
}
