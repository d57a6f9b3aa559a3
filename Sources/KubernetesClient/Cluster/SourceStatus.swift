import KubernetesWire

/// How it stands with the cluster's objects.
public struct SourceStatus: Sendable, Hashable {
  /// Services, EndpointSlices, the Node.
  public var resources: [ResourceStatus]
  /// Whether Services and EndpointSlices have been read whole, so that they are in force. It never becomes false again.
  public var isSynced: Bool
  /// When this was so, on the source's clock.
  public var now: Duration

  public init(resources: [ResourceStatus], isSynced: Bool, now: Duration) {
    self.resources = resources
    self.isSynced = isSynced
    self.now = now
  }
}

/// How it stands with the objects of one kind.
public struct ResourceStatus: Sendable, Hashable {
  public var kind: ResourceKind
  /// Whether all have been read once.
  public var isSynced: Bool
  /// Those known now.
  public var objects: Int
  /// Empty before the first list is whole.
  public var resourceVersion: String
  /// When the server last sent anything, bookmarks included; on the source's clock. Nil before.
  public var lastEvent: Duration?
  /// 0 while the server answers.
  public var failuresInARow: Int
  /// Nil while the server answers.
  public var lastError: String?

  public init(
    kind: ResourceKind, isSynced: Bool = false, objects: Int = 0, resourceVersion: String = "",
    lastEvent: Duration? = nil, failuresInARow: Int = 0, lastError: String? = nil
  ) {
    self.kind = kind
    self.isSynced = isSynced
    self.objects = objects
    self.resourceVersion = resourceVersion
    self.lastEvent = lastEvent
    self.failuresInARow = failuresInARow
    self.lastError = lastError
  }
}
