/// What a list says about itself.
public struct ListMetadata: Sendable, Hashable {
  /// Of the list as a whole: where a watch goes on. Never empty. Opaque.
  public let resourceVersion: String
  /// For the next page; nil on the last one.
  public let continueToken: String?
  /// About how many objects later pages hold; nil when unknown.
  public let remainingItemCount: Int64?

  public init(resourceVersion: String, continueToken: String? = nil, remainingItemCount: Int64? = nil) {
    self.resourceVersion = resourceVersion
    self.continueToken = continueToken
    self.remainingItemCount = remainingItemCount
  }
}

/// One of a list's items.
public enum ListItem: Sendable, Hashable {
  case object(DecodedObject)
  case undecodable(UndecodableObject)
}
