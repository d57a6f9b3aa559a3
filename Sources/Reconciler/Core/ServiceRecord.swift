/// All that the core keeps of one Service: the object, its slices, and what they ask for.
struct ServiceRecord: Sendable {
  /// Nil while there are only slices.
  var input: Box<ServiceInput>?
  var slices: [EndpointSliceInput] = []
  /// Nil without the object.
  var share: Box<Share>?

  var isEmpty: Bool { input == nil && slices.isEmpty && share == nil }

  func slice(_ key: EndpointSliceKey) -> EndpointSliceInput? { slices.first { $0.key == key } }

  /// - Returns: the object that was there before.
  mutating func replace(_ new: Box<ServiceInput>?) -> Box<ServiceInput>? {
    defer { input = new }
    return input
  }

  /// Puts a slice in place of the one of that name, or beside the others.
  mutating func set(_ slice: EndpointSliceInput) {
    if let index = slices.firstIndex(where: { $0.key == slice.key }) {
      slices[index] = slice
    } else {
      // Appending would double the room.
      slices = slices.isEmpty ? [slice] : slices + [slice]
    }
  }

  mutating func remove(_ key: EndpointSliceKey) { slices.removeAll { $0.key == key } }
}

extension [ServiceKey: ServiceRecord] {
  /// The Services that there are, without those that only slices name.
  var present: some Sequence<ServiceInput> { values.lazy.compactMap { $0.input?.value } }

  /// Forgets a Service that nothing is left of.
  mutating func tidy(_ key: ServiceKey) {
    if self[key]?.isEmpty ?? false { self[key] = nil }
  }
}
