/// The version of what programs are told. It changes when a field goes or means something else; new fields don't change
/// it.
public enum InspectionVersion {
  public static let current = "ipvs-proxy.io/v1"
}

/// Something that answers are about.
public protocol InspectionItem: Codable, Hashable, Sendable {
  /// "Service".
  static var kind: String { get }
}

/// One answer with its version.
public struct Answer<Item: InspectionItem>: Codable, Hashable, Sendable {
  public let apiVersion: String
  public let kind: String
  public let item: Item

  public init(_ item: Item) {
    apiVersion = InspectionVersion.current
    kind = Item.kind
    self.item = item
  }
}

/// A list, or a page of it.
public struct ItemList<Item: InspectionItem>: Codable, Hashable, Sendable {
  public let apiVersion: String
  public let kind: String
  public let items: [Item]
  /// To ask for the next page with; nil on the last.
  public let next: String?

  public init(_ items: [Item], next: String? = nil) {
    apiVersion = InspectionVersion.current
    kind = Item.kind + "List"
    self.items = items
    self.next = next
  }
}
