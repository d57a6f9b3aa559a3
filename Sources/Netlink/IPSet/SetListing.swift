import CNetlink

/// A set as `SetClient.headers` tells of it.
public struct SetHeader: Hashable, Sendable {
  public var name: String
  /// Nil for a type that this program doesn't make.
  public var definition: SetDefinition?
  /// How many it holds; nil from a kernel that doesn't say.
  public var elements: UInt32?

  public init(name: String, definition: SetDefinition?, elements: UInt32? = nil) {
    self.name = name
    self.definition = definition
    self.elements = elements
  }
}

extension SetHeader {
  init(_ content: SetContent) throws(NetlinkError) {
    self.init(name: content.name, definition: try SetDefinition(content))
    guard var data = content.data else { return }
    while let attribute = try data.next() {
      if attribute.type == IPSET_ATTR_ELEMENTS { elements = try attribute.bigEndian32() }
    }
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
