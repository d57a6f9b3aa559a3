import Addressing
import Reconciler

// Objects as an API server serves them: addresses and ports are allocated already.

extension Service {
  /// Whether the node's own proxy serves it: neither headless nor ExternalName nor another proxy's, and its cluster
  /// address is allocated.
  package var isServedByNodeProxy: Bool {
    hasClusterIPs && !belongsToOtherProxy && !servedClusterIPs.isEmpty
  }

  /// The Service as the core needs it; nil when it isn't the node's proxy's business.
  package var servedInput: ServiceInput? {
    guard isServedByNodeProxy else { return nil }
    return input(
      ServiceAllocation(
        clusterIPs: servedClusterIPs, nodePorts: spec.ports.map { $0.nodePort ?? 0 },
        healthCheckNodePort: spec.healthCheckNodePort ?? 0))
  }

  /// Objects written before Kubernetes 1.20 may have `clusterIP` only.
  private var servedClusterIPs: [IPAddress] {
    let named = explicitClusterIPs
    return named.isEmpty ? [spec.clusterIP].compactMap { $0.flatMap { IPAddress($0) } } : named
  }
}

extension EndpointSlice {
  /// Whether a Service with cluster addresses may need it.
  package var isServedByNodeProxy: Bool {
    service != nil && metadata.labels[WellKnownLabel.headless] == nil && addressType != .fqdn
  }

  /// The slice as the core needs it; nil when it isn't the node's proxy's business.
  package var servedInput: EndpointSliceInput? { input }
}

extension Node {
  /// The node as the core needs it.
  package var servedInput: NodeInput { input }
}

extension ManifestObject {
  /// What is to be told about the object: severity, field ("metadata.annotations[…]") and message.
  package var servedNotes: [(severity: Diagnostic.Severity, field: String, message: String)] {
    notes.map { ($0.severity, $0.field, $0.message) }
  }
}
