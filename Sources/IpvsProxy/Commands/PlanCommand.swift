import Addressing
import ArgumentParser
import Kubernetes
import LinuxNode
import ProxyConfiguration
import Reconciler

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print what would change, in the words of ipvsadm, ipset and ip; change nothing.",
    discussion: "Exit status 0 when nothing would change, 2 when something would.", helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy plan --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let options = try Options(arguments, of: .plan)
      switch options.configuration.source {
      case .manifests: try await planManifests(options.configuration)
      case .cluster: try await planCluster(options)
      }
    }
  }

  private func planManifests(_ configuration: ProxyConfiguration) async throws {
    let update = await ManifestSource(configuration.manifestConfiguration(persist: false)).load()
    for diagnostic in update.diagnostics { writeError("ipvs-proxy: \(diagnostic)") }
    let lines = try await plan(update.batch.adapted(to: configuration, isFirst: true), configuration)
    for line in lines { print(line) }
    if update.hasErrors { throw ExitStatus.manifestErrors.code }
    if !lines.isEmpty { throw ExitStatus.differs.code }
  }

  private func planCluster(_ options: Options) async throws {
    let configuration = options.configuration
    // What is printed is the plan: what else there is to tell goes to stderr, from warnings up.
    let logger = options.logger.quiet
    let log = EventLogger(logger: logger)
    let batch = try await ClusterConnection.with(
      configuration, metrics: MetricsBase().source, logger: logger
    ) { try await $0.readOnce { log.log($0) } }
    let lines = try await plan(batch.adapted(to: configuration, isFirst: true), configuration)
    for line in lines { print(line) }
    if !lines.isEmpty { throw ExitStatus.differs.code }
  }

  private func plan(_ batch: InputBatch, _ configuration: ProxyConfiguration) async throws -> [String] {
    let families = EnabledFamilies.detect()
    let kernel = LinuxKernel(try configuration.nodeConfiguration(families: families, node: batch.node))
    let loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration.coreConfiguration(families: families)))
    await loop.submit(addresses: try await NodeAddressWatcher().read())
    await loop.submit(batch)
    do throws(KernelError) {
      let preparation = try await kernel.pendingPreparation()
      return preparation + (try await loop.plan()).operations.map(\.description)
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }
}
