/// A set as `SetClient.headers` tells of it.
public struct SetHeader: Hashable, Sendable {
  public var name: String
  /// Nil for a type that this program doesn't make.
  public var definition: SetDefinition?

  public init(name: String, definition: SetDefinition?) {
    self.name = name
    self.definition = definition
  }
}

/// A set with everything in it.
public struct SetListing: Hashable, Sendable {
  /// Nil for a type that this program doesn't make.
  public var definition: SetDefinition?
  public var elements: [SetElement]

  public init(definition: SetDefinition? = nil, elements: [SetElement] = []) {
    self.definition = definition
    self.elements = elements
  }
}
