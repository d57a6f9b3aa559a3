import Addressing

/// One object that appeared, changed, or went away (nil).
public enum InputChange: Sendable, Hashable {
  /// Indirect: a change is handed on several times, and an object copied would be so with all of its lists.
  indirect case service(ServiceKey, ServiceInput?)
  case endpointSlice(EndpointSliceKey, EndpointSliceInput?)
  /// This node's own Node object changed; nil while it isn't known.
  case node(NodeInput?)
  /// The addresses of this machine changed: those of every interface but kube-ipvs0, without tentative and temporary
  /// ones. Nothing is served on node ports before they are known.
  case nodeAddresses(Set<IPAddress>)
}

/// Changes that belong together: they are planned in one round.
public struct InputBatch: Sendable, Hashable {
  public var changes: [InputChange]
  /// Whether the source has been read whole: only then may anything be removed that no Service asks for.
  /// A source that loses this later (a file that can't be read) takes it back.
  public var isComplete: Bool

  public init(_ changes: [InputChange], isComplete: Bool) {
    self.changes = changes
    self.isComplete = isComplete
  }
}
