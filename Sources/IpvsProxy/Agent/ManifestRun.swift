import Kubernetes
import ProxyConfiguration
import Reconciler
import ServiceLifecycle

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
      try await agent.serve([
        ManifestFeeder(manifests: manifests, configuration: configuration, agent: agent)
      ])
    }
    withExtendedLifetime(lock) {}
  }
}

/// Hands each change of the manifests to the loop.
private struct ManifestFeeder: Service {
  let manifests: ManifestSource
  let configuration: ProxyConfiguration
  let agent: Agent

  func run() async throws {
    for await update in manifests.updates().cancelOnGracefulShutdown() {
      agent.log.log(update.diagnostics)
      agent.telemetry.source.setSynced("manifests", update.batch.isComplete)
      if update.hasErrors { agent.telemetry.source.failed("manifests") }
      await agent.loop.submit(update.batch.adapted(to: configuration))
    }
  }
}

extension ManifestUpdate {
  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
