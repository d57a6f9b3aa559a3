import Kubernetes

/// A message whose first field is an object's metadata.
protocol WithMetadata {
  var metadata: WireObjectMeta { get set }
}

extension WireObjectHeader: WithMetadata {}

/// A message for an object of a kind that is watched.
protocol WireObject: WireMessage, WithMetadata {
  /// The object as the rest of the program knows it. Throws when a value could do harm.
  func validated() throws(FieldFlaw) -> ClusterObject
}

extension WireObjectMeta {
  /// A copy of the whole object, of which nothing is read.
  static let unreadAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

  func validated(isNamespaced: Bool) throws(FieldFlaw) -> ObjectMeta {
    var annotations = annotations
    if annotations[Self.unreadAnnotation] != nil { annotations[Self.unreadAnnotation] = nil }
    return ObjectMeta(
      name: try Check.requiredText(name, "metadata.name"),
      namespace: isNamespaced ? try Check.requiredText(namespace, "metadata.namespace") : nil,
      uid: uid.nonEmpty,
      creationTimestamp: creationTimestamp.text, deletionTimestamp: deletionTimestamp.text,
      labels: labels, annotations: annotations)
  }

  /// Nil without a name.
  func objectName(_ kind: ResourceKind) -> ObjectName? {
    guard !name.isEmpty, !kind.isNamespaced || !namespace.isEmpty else { return nil }
    return ObjectName(namespace: kind.isNamespaced ? namespace : "", name: name)
  }
}

extension WireTime {
  /// Nil for zero: in protobuf, that is how Go writes no time at all.
  fileprivate var text: String? { seconds == 0 ? nil : Timestamp.text(seconds) }
}
