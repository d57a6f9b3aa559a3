import Addressing
import Kubernetes
import ProxyConfiguration
import Reconciler

extension ProxyConfiguration {
  func coreConfiguration(families: [IPFamily]) -> CoreConfiguration {
    CoreConfiguration(
      resolver: ResolverPolicy(
        nodeName: nodeName, families: Set(families), scheduler: Scheduler(rawValue: ipvs.schedulerName),
        nodePortAddresses: traffic.nodePortAddresses.inCore, serviceRanges: serviceRanges,
        guards: traffic.guards, guardsNodePorts: traffic.sourceRangesOnNodePorts),
      ownership: Ownership(excluded: ipvs.excludedNetworks), drainBound: ipvs.drainTimeout)
  }

  var loopConfiguration: LoopConfiguration { LoopConfiguration(syncPeriod: ipvs.syncPeriod) }

  /// For the manifest source; `persist` is false for a look that must leave no trace.
  func manifestConfiguration(persist: Bool) -> ManifestConfiguration {
    ManifestConfiguration(
      directory: manifests.directory, stateDirectory: manifests.stateDirectory, nodeName: nodeName,
      allocation: AllocationConfiguration(
        serviceRanges: serviceRanges, nodePorts: manifests.serviceNodePortRange),
      persist: persist)
  }
}

extension ProxyConfiguration.Traffic.NodePortAddresses {
  fileprivate var inCore: NodePortAddresses {
    switch self {
    case .all: .all
    case .networks(let networks): .networks(networks)
    case .primary: .primary
    }
  }
}

extension InputBatch {
  /// This node's own Node object, if the batch tells of it.
  var node: NodeInput? {
    for case .node(let input) in changes { return input }
    return nil
  }

  /// The batch as the configuration wants it: the bind address before the addresses that the Node object names, and no
  /// externalIPs where a feature gate leaves them out.
  func adapted(to configuration: ProxyConfiguration, isFirst: Bool = false) -> InputBatch {
    let override = configuration.node.addressOverride
    var adapted = changes.map { $0.adapted(override, allowsExternalIPs: configuration.allowsExternalIPs) }
    // Without a Node object there is still an address.
    if isFirst, let override, node == nil { adapted.insert(.node(NodeInput(addresses: [override])), at: 0) }
    return InputBatch(adapted, isComplete: isComplete)
  }
}

extension InputChange {
  fileprivate func adapted(_ override: IPAddress?, allowsExternalIPs: Bool) -> InputChange {
    switch self {
    case .node(let input):
      guard let override else { return self }
      var node = input ?? NodeInput()
      node.addresses = [override] + node.addresses.filter { $0 != override }
      return .node(node)
    case .service(let key, var input?) where !allowsExternalIPs:
      input.externalIPs = []
      return .service(key, input)
    case .service, .endpointSlice, .nodeAddresses: return self
    }
  }
}
