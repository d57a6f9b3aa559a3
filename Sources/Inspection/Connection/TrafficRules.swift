import Addressing
import Iptables
import Reconciler

/// What the rules in force depend on besides the members of sets (docs/rules.md).
public struct TrafficRules: Hashable, Sendable {
  public var localDetector: LocalDetector
  public var masqueradeAll: Bool
  /// Whether the guard rules are there.
  public var guards: Bool

  public init(localDetector: LocalDetector = .off, masqueradeAll: Bool = false, guards: Bool = true) {
    self.localDetector = localDetector
    self.masqueradeAll = masqueradeAll
    self.guards = guards
  }

  /// Whether the local detector calls a packet a pod's.
  enum Locality: Equatable {
    case pod, other
    /// Nothing can be told: there is no detector for the family.
    case unknown
  }

  /// - Parameters:
  ///   - source: the packet's source address.
  ///   - isLocalPod: whether that is a pod of this node; what an interface is told by.
  ///   - isFromNode: whether the node itself sends; it comes in by no interface.
  /// - Returns: what the detector says.
  func locality(of source: IPAddress, isLocalPod: Bool, isFromNode: Bool) -> Locality {
    switch localDetector {
    case .networks(let networks):
      let ofFamily = networks.filter { $0.family == source.family }
      // A network that holds every address tells nothing.
      if ofFamily.isEmpty || ofFamily.contains(where: { $0.prefixLength == 0 }) { return .unknown }
      return ofFamily.contains { $0.contains(source) } ? .pod : .other
    case .bridge, .interfacePrefix: return isLocalPod && !isFromNode ? .pod : .other
    }
  }
}
