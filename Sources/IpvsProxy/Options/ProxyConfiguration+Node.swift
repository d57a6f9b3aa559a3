import Addressing
import Glibc
import Inspection
import Iptables
import LinuxNode
import ProxyConfiguration
import Reconciler

extension ProxyConfiguration {
  /// This node's name as endpoints carry it; lower case, as Kubernetes has node names.
  var nodeName: String {
    node.hostnameOverride.isEmpty ? Self.hostName().lowercased() : node.hostnameOverride
  }

  private static func hostName() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "localhost" }
    return withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Throws: FatalError when detect-local mode NodeCIDR is asked for and the Node object names no network.
  func nodeConfiguration(families: [IPFamily], node input: NodeInput?) throws -> NodeConfiguration {
    var configuration = NodeConfiguration(
      families: families, localDetector: try localDetector(input), masqueradeAll: traffic.masqueradeAll,
      masqueradeBit: traffic.masqueradeBit, guards: traffic.guards, scheduler: ipvs.schedulerName)
    configuration.kernelSettings = kernelSettings
    configuration.masqueradePorts = traffic.masqueradePorts
    return configuration
  }

  var kernelSettings: NodeConfiguration.KernelSettings {
    NodeConfiguration.KernelSettings(
      strictARP: ipvs.strictARP,
      ipvsTimeouts: NodeConfiguration.KernelSettings.IPVSTimeouts(
        tcp: ipvs.tcpTimeout, tcpFin: ipvs.tcpFinTimeout, udp: ipvs.udpTimeout),
      conntrack: NodeConfiguration.KernelSettings.Conntrack(
        maximumPerCore: conntrack.maximumPerCore, minimum: conntrack.minimum,
        tcpEstablishedTimeout: conntrack.tcpEstablishedTimeout,
        tcpCloseWaitTimeout: conntrack.tcpCloseWaitTimeout, tcpBeLiberal: conntrack.tcpBeLiberal,
        udpTimeout: conntrack.udpTimeout, udpStreamTimeout: conntrack.udpStreamTimeout))
  }

  /// What the rules in force depend on besides Services.
  /// - Throws: FatalError as `nodeConfiguration` does.
  func trafficRules(_ input: NodeInput?) throws -> TrafficRules {
    TrafficRules(
      localDetector: try localDetector(input), masqueradeAll: traffic.masqueradeAll, guards: traffic.guards)
  }

  func localDetector(_ input: NodeInput?) throws -> LocalDetector {
    switch traffic.detectLocalMode {
    case .clusterCIDR: return .networks(traffic.clusterCIDRs)
    case .bridgeInterface: return .bridge(traffic.bridgeInterface)
    case .interfaceNamePrefix: return .interfacePrefix(traffic.interfaceNamePrefix)
    case .nodeCIDR:
      guard let networks = input?.podCIDRs, !networks.isEmpty else {
        throw FatalError(
          .failure,
          "--detect-local-mode NodeCIDR needs this node's Node object with spec.podCIDRs; add it to the manifests, or "
            + "use another mode.")
      }
      return .networks(networks)
    }
  }
}
