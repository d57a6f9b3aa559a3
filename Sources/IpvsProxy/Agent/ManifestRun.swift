import Inspection
import Kubernetes
import LinuxNode
import Monitoring
import ProxyConfiguration
import Reconciler
import ServiceLifecycle
import Synchronization

/// Serves what a directory of manifests says.
struct ManifestRun {
  let options: Options

  func run() async throws {
    let configuration = options.configuration
    let lock = try InstanceLock.acquire()
    let manifests = ManifestSource(configuration.manifestConfiguration(persist: true))
    let first = await manifests.load()
    let batch = first.batch.adapted(to: configuration, isFirst: true)
    let agent = try await Agent(options, MetricsBase(), node: batch.node, events: nil)
    agent.log.log(first.diagnostics)
    await agent.submitAddresses()
    await agent.loop.submit(batch)
    if configuration.process.once {
      try await agent.finish()
      if first.hasErrors { throw ExitStatus.manifestErrors.code }
    } else {
      agent.telemetry.source.setSynced("manifests", first.batch.isComplete)
      let state = ManifestState(first)
      try await agent.serve(
        [
          ManifestFeeder(manifests: manifests, configuration: configuration, agent: agent, state: state)
        ], source: SourceView(manifests, state))
    }
    withExtendedLifetime(lock) {}
  }
}

/// Hands each change of the manifests to the loop.
private struct ManifestFeeder: ServiceLifecycle.Service {
  let manifests: ManifestSource
  let configuration: ProxyConfiguration
  let agent: Agent
  let state: ManifestState

  func run() async throws {
    for await update in manifests.updates().cancelOnGracefulShutdown() {
      agent.log.log(update.diagnostics)
      agent.telemetry.source.setSynced("manifests", update.batch.isComplete)
      if update.hasErrors { agent.telemetry.source.failed("manifests") }
      state.note(update)
      await agent.loop.submit(update.batch.adapted(to: configuration))
    }
  }
}

extension ManifestUpdate {
  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// How the manifests were at the last look.
private final class ManifestState: Sendable {
  private let isWhole: Mutex<Bool>

  init(_ update: ManifestUpdate) { isWhole = Mutex(update.batch.isComplete) }

  func note(_ update: ManifestUpdate) { isWhole.withLock { $0 = update.batch.isComplete } }

  func status(objects: Int) -> SourceStatus {
    let isWhole = isWhole.withLock { $0 }
    return SourceStatus(
      name: "manifests", isSynced: isWhole, objects: objects,
      problem: isWhole
        ? nil : "a manifest can't be read; the log names it. What it said before stays in force")
  }
}

extension SourceView {
  fileprivate init(_ source: ManifestSource, _ state: ManifestState) {
    self.init(
      status: {
        let snapshot = await source.snapshot
        return [
          state.status(
            objects: snapshot.services.count + snapshot.endpointSlices.count + snapshot.pods.count
              + snapshot.nodes.count)
        ]
      }, unserved: { await source.snapshot.unservedServices })
  }
}

extension ManifestSnapshot {
  /// Services that the core never gets.
  var unservedServices: [UnservedService] {
    services.filter { !$0.hasClusterIPs || $0.belongsToOtherProxy }.map {
      UnservedService(
        namespace: $0.key.namespace, name: $0.key.name,
        externalName: $0.spec.type == .externalName ? $0.spec.externalName : nil)
    }
  }
}
