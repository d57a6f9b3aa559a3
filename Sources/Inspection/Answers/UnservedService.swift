/// A Service that the node's proxy has nothing to do for, though names may lead to it.
public struct UnservedService: InspectionItem {
  public static let kind = "UnservedService"

  public var namespace: String
  public var name: String
  /// The host that it is another name for; nil for a headless Service and one of another proxy.
  public var externalName: String?

  public init(namespace: String, name: String, externalName: String?) {
    self.namespace = namespace
    self.name = name
    self.externalName = externalName
  }
}
