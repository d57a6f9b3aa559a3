import Reconciler

/// What one look at the manifests brought.
public struct ManifestUpdate: Sendable, Hashable {
  /// The node first, then Services, then slices; each sorted by key.
  public var batch: InputBatch
  /// New or changed ones; errors and warnings that are gone are told once, as information.
  public var diagnostics: [Diagnostic]
  /// Whether any Node object appeared, changed or went away: see the snapshot.
  public var nodesChanged: Bool

  public init(batch: InputBatch, diagnostics: [Diagnostic] = [], nodesChanged: Bool = false) {
    self.batch = batch
    self.diagnostics = diagnostics
    self.nodesChanged = nodesChanged
  }
}

/// The objects in force, as the API would serve them; each kind sorted by namespace and name.
public struct ManifestSnapshot: Sendable, Hashable {
  /// Headless and ExternalName Services and those of another proxy included. Allocated addresses are filled in.
  public var services: [Service] = []
  public var endpointSlices: [EndpointSlice] = []
  public var pods: [Pod] = []
  public var nodes: [Node] = []

  public init() {}

  init(_ objects: [ManifestObject]) {
    for object in objects.sorted(by: { $0.id < $1.id }) {
      switch object {
      case .service(let service): services.append(service)
      case .endpointSlice(let slice): endpointSlices.append(slice)
      case .pod(let pod): pods.append(pod)
      case .node(let node): nodes.append(node)
      }
    }
  }
}
