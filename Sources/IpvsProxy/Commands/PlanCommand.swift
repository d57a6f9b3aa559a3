import Addressing
import ArgumentParser
import Kubernetes
import LinuxNode
import Reconciler

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print what would change, in the words of ipvsadm, ipset and ip; change nothing.",
    discussion: "Exit status 0 when nothing would change, 2 when something would.")

  @OptionGroup var agent: AgentOptions

  func run() async throws {
    try await endingWithStatus {
      try agent.check()
      let update = await agent.manifests(persist: false).load()
      for diagnostic in update.diagnostics { writeError("ipvs-proxy: \(diagnostic)") }
      let lines = try await plan(update.batch)
      for line in lines { print(line) }
      if update.hasErrors { throw ExitStatus.manifestErrors.code }
      if !lines.isEmpty { throw ExitStatus.differs.code }
    }
  }

  private func plan(_ batch: InputBatch) async throws -> [String] {
    let families = EnabledFamilies.detect()
    let kernel = LinuxKernel(try agent.nodeConfiguration(families: families, node: batch.node))
    let loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(agent.coreConfiguration(families: families)))
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
