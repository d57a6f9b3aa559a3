import Addressing
import ArgumentParser
import Kubernetes
import LinuxNode
import Reconciler

/// All that `run` and `plan` have to know of the source, the node and its traffic.
struct AgentOptions: ParsableArguments {
  @OptionGroup var mode: ModeOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var traffic: TrafficOptions
  @OptionGroup var kernel: KernelOptions

  /// - Throws: FatalError for flags that are right each by itself but not together.
  func check() throws { try traffic.checkOverlap(with: source.serviceClusterIPRange.networks) }

  func manifests(persist: Bool) -> ManifestSource {
    ManifestSource(source.configuration(nodeName: node.nodeName, persist: persist))
  }

  func nodeConfiguration(families: [IPFamily], node input: NodeInput?) throws -> NodeConfiguration {
    var configuration = NodeConfiguration(
      families: families, localDetector: try traffic.localDetector(input),
      masqueradeAll: traffic.masqueradeAll,
      masqueradeBit: traffic.masqueradeBit, guards: traffic.guards, scheduler: node.scheduler)
    configuration.kernelSettings = kernel.settings
    return configuration
  }

  func coreConfiguration(families: [IPFamily]) -> CoreConfiguration {
    CoreConfiguration(
      resolver: ResolverPolicy(
        nodeName: node.nodeName, families: Set(families), scheduler: Scheduler(rawValue: node.scheduler),
        nodePortAddresses: traffic.nodePortAddresses?.addresses ?? .all,
        serviceRanges: source.serviceClusterIPRange.networks, guards: traffic.guards,
        guardsNodePorts: traffic.sourceRangesOnNodePorts),
      ownership: Ownership(excluded: traffic.excludeCIDRs?.networks ?? []),
      drainBound: kernel.drainTimeout.duration)
  }
}

extension InputBatch {
  /// This node's own Node object, if the batch tells of it.
  var node: NodeInput? {
    for case .node(let input) in changes { return input }
    return nil
  }
}
