import Addressing
import Reconciler

extension Node {
  /// The node as the core needs it.
  var input: NodeInput {
    NodeInput(
      zone: zone,
      addresses: status.addresses.filter { $0.type == "InternalIP" || $0.type == "ExternalIP" }
        .compactMap { IPAddress($0.address) },
      podCIDRs: spec.podCIDRs.compactMap { IPNetwork($0) })
  }

  /// By its label, or by the one that Kubernetes 1.17 deprecated.
  private var zone: String? {
    [WellKnownLabel.zone, WellKnownLabel.oldZone].lazy.compactMap { metadata.labels[$0] }.first {
      !$0.isEmpty
    }
  }
}
