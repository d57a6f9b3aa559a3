/// Whether load balancers should send traffic to this node: kube-proxy's rule (KEP-3836).
public enum NodeEligibility: Hashable, Sendable {
  case eligible
  case ineligible

  /// The taint that the cluster autoscaler puts on a node it is about to delete.
  static let deletionTaint = "ToBeDeletedByClusterAutoscaler"

  /// - Parameters:
  ///   - isBeingDeleted: whether the Node object has a deletionTimestamp.
  ///   - taintKeys: of spec.taints.
  public init(isBeingDeleted: Bool, taintKeys: some Sequence<String>) {
    self = isBeingDeleted || taintKeys.contains(Self.deletionTaint) ? .ineligible : .eligible
  }

  /// For a node whose object isn't known: where an API server should have one it is on its way out; a node that only
  /// has manifests needn't have one.
  public static func unknownNode(fromManifests: Bool) -> Self { fromManifests ? .eligible : .ineligible }
}
