import Addressing
import Inspection
import KubernetesClient
import LinuxNode
import Logging
import ProxyConfiguration
import Reconciler

/// Serves what the API server says.
struct ClusterRun {
  let options: Options

  func run() async throws {
    let lock = try InstanceLock.acquire()
    let base = MetricsBase()
    try await ClusterConnection.with(options.configuration, metrics: base.source, logger: options.logger) {
      try await $0.requireReachable()
      if options.configuration.process.once {
        try await runOnce($0, base)
      } else {
        try await serve($0, base)
      }
    }
    withExtendedLifetime(lock) {}
  }

  private func runOnce(_ cluster: ClusterConnection, _ base: MetricsBase) async throws {
    let configuration = options.configuration
    let log = EventLogger(logger: options.logger)
    let batch = try await cluster.readOnce { log.log($0) }.adapted(to: configuration, isFirst: true)
    let agent = try await Agent(options, base, node: batch.node, events: nil)
    await agent.submitAddresses()
    await agent.loop.submit(batch)
    try await agent.finish()
  }

  private func serve(_ cluster: ClusterConnection, _ base: MetricsBase) async throws {
    let configuration = options.configuration
    let events = ClusterEvents(cluster.recorder, nodeName: configuration.nodeName)
    let node = try await ownNode(cluster)
    let agent = try await Agent(options, base, node: node, events: events)
    events.starting()
    await agent.submitAddresses()
    try await agent.serve(
      [
        ClusterFeeder(
          cluster: cluster, configuration: configuration, agent: agent, events: events,
          podCIDRs: node?.podCIDRs)
      ] + events.services(asking: agent.loop), source: SourceView(cluster.source))
  }

  /// The Node object where the rules can't be made without it: in detect-local mode NodeCIDR.
  private func ownNode(_ cluster: ClusterConnection) async throws -> NodeInput? {
    let configuration = options.configuration
    guard configuration.traffic.detectLocalMode == .nodeCIDR else { return nil }
    options.logger.info("waiting for spec.podCIDRs of Node \(configuration.nodeName)")
    do {
      return try await NodeLookup(name: configuration.nodeName, transport: cluster.transport)
        .node(within: .seconds(300)) { !$0.podCIDRs.isEmpty }
    } catch let error as NodeLookupError {
      throw FatalError(.failure, "--detect-local-mode NodeCIDR needs spec.podCIDRs of this node: \(error)")
    }
  }
}

extension SourceView {
  /// Objects are not kept: what the node doesn't serve can't be told.
  fileprivate init(_ source: ClusterSource) {
    self.init(
      status: {
        await source.status.resources.map {
          SourceStatus(
            name: $0.kind.plural, isSynced: $0.isSynced, objects: $0.objects, problem: $0.lastError)
        }
      }, unserved: { nil })
  }
}
