/// What identifies and describes an object: the part of `metadata` that is read.
public struct ObjectMeta: Sendable, Hashable, Encodable {
  public var name: String
  /// Nil for a Node, which has none; "default" when a manifest leaves it out.
  public var namespace: String?
  public var uid: String?
  /// RFC 3339, as written; checked when decoded.
  public var creationTimestamp: String?
  public var deletionTimestamp: String?
  public var labels: [String: String]
  public var annotations: [String: String]

  public init(
    name: String, namespace: String? = "default", uid: String? = nil, creationTimestamp: String? = nil,
    deletionTimestamp: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:]
  ) {
    self.name = name
    self.namespace = namespace
    self.uid = uid
    self.creationTimestamp = creationTimestamp
    self.deletionTimestamp = deletionTimestamp
    self.labels = labels
    self.annotations = annotations
  }

  /// Seconds since 1970; 0 when there is no creation time.
  public var createdAt: Int64 { creationTimestamp.flatMap(Timestamp.seconds) ?? 0 }
}
