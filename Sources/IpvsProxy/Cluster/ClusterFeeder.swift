import Addressing
import Kubernetes
import KubernetesClient
import KubernetesWire
import Monitoring
import ProxyConfiguration
import Reconciler
import ServiceLifecycle

/// Lists and watches the cluster, and hands each change to the loop.
struct ClusterFeeder: ServiceLifecycle.Service {
  let cluster: ClusterConnection
  let configuration: ProxyConfiguration
  let agent: Agent
  let events: ClusterEvents
  /// What the local detector was made from, in mode NodeCIDR.
  let podCIDRs: [IPNetwork]?

  func run() async throws {
    agent.telemetry.source.awaitLists()
    try await cancelWhenGracefulShutdown {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await cluster.source.run() }
        group.addTask {
          for await update in cluster.source.updates() { try await take(update) }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  private func take(_ update: ClusterUpdate) async throws {
    for event in update.events {
      agent.log.log(event)
      agent.telemetry.source.count(event)
      events.note(event)
    }
    if let node = update.node {
      agent.telemetry.health.set(
        node.map {
          NodeEligibility(
            isBeingDeleted: $0.metadata.deletionTimestamp != nil, taintKeys: $0.spec.taints.map(\.key))
        } ?? .unknownNode(fromManifests: false))
    }
    guard let batch = update.batch else { return }
    try checkPodCIDRs(batch.node)
    await agent.loop.submit(batch.adapted(to: configuration))
  }

  /// Rules are made once, at the start: with other networks the process has to start anew, as kube-proxy does.
  private func checkPodCIDRs(_ node: NodeInput?) throws {
    guard let podCIDRs, let node, !node.podCIDRs.isEmpty, node.podCIDRs != podCIDRs else { return }
    let (before, after) = (podCIDRs, node.podCIDRs)
    throw FatalError(
      .failure,
      "the Node object's podCIDRs have changed from \(before.map(\.description).joined(separator: ",")) to "
        + "\(after.map(\.description).joined(separator: ",")): ending, to be started anew with them")
  }
}

extension SourceMetrics {
  /// Nothing has been read yet. Without this an API server that is never reached would have no series to alert on.
  func awaitLists() {
    for kind in ResourceKind.allCases { setSynced(kind.plural, false) }
  }

  func count(_ event: SourceEvent) {
    switch event {
    case .listed(let kind, _, _, _, _): setSynced(kind.plural, true)
    case .unavailable(let kind, _, _, _), .watchBroken(let kind, _, _, _), .relisting(let kind, _, _),
      .undecodable(let kind, _, _, _):
      failed(kind.plural)
    case .recovered, .fallback, .note, .nodeMissing: break
    }
  }
}
