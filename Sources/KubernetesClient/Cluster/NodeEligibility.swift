import Kubernetes

extension Node {
  /// The cluster autoscaler's mark on a Node that it is about to delete.
  private static let toBeDeleted = "ToBeDeletedByClusterAutoscaler"

  /// Whether load balancers should send new connections to the node: not while it is being deleted or about to be. As
  /// kube-proxy's /healthz has it (KEP-3836); a node whose Node object isn't known is not eligible either.
  public var isEligibleForLoadBalancers: Bool {
    metadata.deletionTimestamp == nil && !spec.taints.contains { $0.key == Self.toBeDeleted }
  }
}
