import Kubernetes
import KubernetesClient
import Logging
import Reconciler

/// Turns what the core and the source report into log lines: one for each, with the object as a field.
struct EventLogger: Sendable {
  let logger: Logger

  func log(_ event: CoreEvent) {
    switch event {
    case .serviceAdded(let key, let summary): service(key, "added: \(summary)")
    case .serviceChanged(let key, let summary, let endpointsOnly):
      service(key, "\(endpointsOnly ? "endpoints changed" : "changed"): \(summary)")
    case .serviceRemoved(let key): service(key, "removed")
    case .conflict(let conflict):
      logger.warning(
        """
        service \(conflict.loser): \(conflict.id) belongs to the older service \(conflict.winner); \
        it gets it when that one goes
        """, metadata: ["service": "\(conflict.loser)", "winner": "\(conflict.winner)"])
    case .notice(let notice):
      logger.log(level: notice.severity == .warning ? .warning : .info, "\(notice.text)")
    case .driftRepaired(let operations):
      logger.warning(
        "the kernel was not as left: somebody else changed it; \(operations) operations to put it right",
        metadata: ["operations": "\(operations)"])
    case .drained(let id, let server, let time, let connectionsLeft):
      logger.info(
        "\(id): \(server) drained after \(time.components.seconds) s\(connectionsLeft ? ", connections left" : "")",
        metadata: ["virtualServer": "\(id)", "realServer": "\(server)"])
    case .addressRefused(let key, let refusal):
      logger.warning(
        "service \(key): \(refusal.address) is not served: \(refusal.why)",
        metadata: ["service": "\(key)", "address": "\(refusal.address)"])
    case .operationFailed, .recovered, .kernelUnreadable, .flowsKept: failure(event)
    }
  }

  private func failure(_ event: CoreEvent) {
    switch event {
    case .operationFailed(let failure):
      logger.error(
        "\(failure.error); attempt \(failure.attempts), will be tried again",
        metadata: ["object": "\(failure.object)", "errno": "\(failure.error.errno)"])
    case .recovered(let object, let attempts):
      logger.info(
        "\(object): in force after \(attempts) failed attempt\(attempts == 1 ? "" : "s")",
        metadata: ["object": "\(object)"])
    case .kernelUnreadable(let error):
      logger.error("\(error); nothing is changed until it can be read", metadata: ["errno": "\(error.errno)"])
    case .flowsKept(let ids, let error):
      logger.warning(
        "UDP flows that began before \(ids.map(\.description).joined(separator: ", ")) was served may miss it: \(error)",
        metadata: ["errno": "\(error.errno)"])
    default: break
    }
  }

  private func service(_ key: ServiceKey, _ text: String) {
    logger.info("service \(key) \(text)", metadata: ["service": "\(key)"])
  }

  /// What a single round left undone, a line each.
  func log(_ convergence: Convergence) {
    for failure in convergence.failures {
      logger.error(
        "not in force after \(failure.attempts) attempts: \(failure.object): \(failure.error)",
        metadata: ["object": "\(failure.object)", "errno": "\(failure.error.errno)"])
    }
    if let error = convergence.kernelError {
      logger.error(
        "the kernel could not be read or prepared: \(error)", metadata: ["errno": "\(error.errno)"])
    }
    if convergence.draining > 0 {
      logger.info(
        "\(convergence.draining) real servers still finish connections; the next round looks after them")
    }
  }

  func log(_ event: SourceEvent) {
    let object = event.object
    logger.log(
      level: event.severity.logLevel, "\(object.map { "\($0): " } ?? "")\(event)",
      metadata: object.map { ["object": "\($0)"] })
  }

  func log(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      logger.log(
        level: diagnostic.severity.logLevel, "\(diagnostic)",
        metadata: ["file": "\(diagnostic.file)"])
    }
  }
}

extension Diagnostic.Severity {
  fileprivate var logLevel: Logger.Level {
    switch self {
    case .error: .error
    case .warning: .warning
    case .info: .info
    }
  }
}
