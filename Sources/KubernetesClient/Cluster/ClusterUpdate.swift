import Kubernetes
import Reconciler

/// What came from the cluster since the update before.
public struct ClusterUpdate: Sendable, Hashable {
  /// To be handed to the loop; nil when there is nothing. The first holds everything, and every one is complete. The
  /// node first, then Services, then slices; each sorted by key.
  public var batch: InputBatch?
  /// To be logged, in order.
  public var events: [SourceEvent]
  /// This node's Node object, where it appeared or changed, or that it has gone (`.some(nil)`).
  public var node: Node??

  public init(batch: InputBatch? = nil, events: [SourceEvent] = [], node: Node?? = nil) {
    self.batch = batch
    self.events = events
    self.node = node
  }
}
