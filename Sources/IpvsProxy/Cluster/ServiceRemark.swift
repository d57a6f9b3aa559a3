import KubernetesClient
import KubernetesWire
import Reconciler

/// Something that a Service's owner should know.
struct ServiceRemark: Sendable, Hashable {
  /// A failure that is over before this many attempts isn't worth an Event.
  static let patience = 3

  let service: ServiceKey
  /// As Events have it: a word for why.
  let reason: String
  /// And one for what was tried.
  let action: String
  let note: String
}

extension ServiceRemark {
  /// Nil for what isn't about a Service that misses something.
  init?(_ event: CoreEvent) {
    switch event {
    case .conflict(let conflict):
      self.init(
        service: conflict.loser, reason: "AddressConflict", action: "Serve",
        note:
          "\(conflict.id) belongs to the older Service \(conflict.winner); it is served when that one goes")
    case .addressRefused(let key, let refusal):
      self.init(
        service: key, reason: "AddressRefused", action: "Serve",
        note: "\(refusal.address) is not served: \(refusal.why)")
    case .operationFailed(let failure):
      guard let service = failure.service, failure.attempts == Self.patience else { return nil }
      self.init(service: service, reason: "ProgrammingFailed", action: "Serve", note: "\(failure.error)")
    default: return nil
    }
  }

  /// Nil for everything but what in a Service has no effect, or can't be read.
  init?(_ event: SourceEvent) {
    switch event {
    case .note(.service, let name, _, let field, let message):
      self.init(
        service: ServiceKey(namespace: name.namespace, name: name.name), reason: "FieldIgnored",
        action: "Read", note: "\(field): \(message)")
    default: return nil
    }
  }
}
