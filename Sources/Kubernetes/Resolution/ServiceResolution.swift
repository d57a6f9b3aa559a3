import Addressing
import Reconciler

extension Service {
  /// The Service as the core needs it; nil when it is none of the node's own proxy's business.
  func input(_ allocation: ServiceAllocation) -> ServiceInput? {
    guard hasClusterIPs, !belongsToOtherProxy else { return nil }
    let ports = spec.ports.enumerated().map { index, port in
      ServicePortInput(
        name: port.name ?? "", transport: port.protocol.transport, port: port.port,
        nodePort: mayHaveNodePorts && index < allocation.nodePorts.count ? allocation.nodePorts[index] : 0)
    }
    let annotations = ServiceAnnotations(self)
    return ServiceInput(
      key: key, createdAt: metadata.createdAt, uid: metadata.uid ?? "", clusterIPs: allocation.clusterIPs,
      ports: ports, sessionAffinity: spec.affinitySeconds, externalIPs: servedExternalIPs,
      loadBalancerIPs: servedLoadBalancerIPs, sourceRanges: sourceRangesInForce,
      internalScope: spec.internalTrafficPolicy == .local ? .local : .cluster,
      externalScope: hasLocalExternalPolicy ? .local : .cluster,
      healthCheckNodePort: needsHealthCheck ? allocation.healthCheckNodePort : 0,
      scheduler: annotations.scheduler, schedulerFlags: annotations.schedulerFlags,
      drainBound: annotations.drainBound)
  }
}
