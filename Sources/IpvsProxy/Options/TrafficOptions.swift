import Addressing
import ArgumentParser
import Iptables
import Kubernetes
import Reconciler

/// Whose traffic is masqueraded, what is guarded, and where node ports are served. Names and defaults are kube-proxy's
/// where it has them.
struct TrafficOptions: ParsableArguments {
  enum DetectLocalMode: String, ExpressibleByArgument, CaseIterable {
    case clusterCIDR = "ClusterCIDR"
    case nodeCIDR = "NodeCIDR"
    case bridgeInterface = "BridgeInterface"
    case interfaceNamePrefix = "InterfaceNamePrefix"
  }

  @Option(
    help: ArgumentHelp(
      "Networks of the pods, comma-separated: traffic to a ClusterIP from elsewhere is masqueraded.",
      valueName: "cidrs"))
  var clusterCIDR: NetworkList?

  @Option(help: "How traffic of pods is told from other traffic.")
  var detectLocalMode = DetectLocalMode.clusterCIDR

  @Option(help: ArgumentHelp("The bridge of the pods, for BridgeInterface.", valueName: "name"))
  var podBridgeInterface: String?

  @Option(help: ArgumentHelp("How the pods' interfaces begin, for InterfaceNamePrefix.", valueName: "prefix"))
  var podInterfaceNamePrefix: String?

  @Flag(help: "Masquerade all traffic to ClusterIPs.")
  var masqueradeAll = false

  @Option(
    name: .customLong("iptables-masquerade-bit"),
    help: ArgumentHelp("Bit of the packet mark that asks for masquerading, 0 to 31.", valueName: "bit"))
  var masqueradeBit = 14

  @Option(
    name: .customLong("nodeport-addresses"),
    help: ArgumentHelp(
      "Where node ports are served: networks, comma-separated, or `primary`; default: every address of the node.",
      valueName: "cidrs"))
  var nodePortAddresses: NodePortAddressList?

  @Option(
    help: ArgumentHelp(
      "Whether the guard rules are put in force: source ranges, no host port behind a virtual IP, policy Local.",
      valueName: "bool"))
  var guards = true

  @Flag(help: "Apply loadBalancerSourceRanges to node ports too.")
  var sourceRangesOnNodePorts = false

  @Option(
    name: .customLong("ipvs-exclude-cidrs"),
    help: ArgumentHelp("Networks whose virtual servers and addresses are never removed.", valueName: "cidrs"))
  var excludeCIDRs: NetworkList?

  func validate() throws {
    try clusterCIDR?.validate("--cluster-cidr")
    guard (0...31).contains(masqueradeBit) else {
      throw ValidationError(
        "--iptables-masquerade-bit is a bit of a 32-bit mark: 0 to 31, not \(masqueradeBit).")
    }
    try validateInterface(podBridgeInterface, "--pod-bridge-interface", for: .bridgeInterface)
    try validateInterface(podInterfaceNamePrefix, "--pod-interface-name-prefix", for: .interfaceNamePrefix)
  }

  private func validateInterface(_ name: String?, _ flag: String, for mode: DetectLocalMode) throws {
    guard let name else {
      if detectLocalMode == mode {
        throw ValidationError("--detect-local-mode \(mode.rawValue) needs \(flag).")
      }
      return
    }
    guard LocalDetector.accepts(interfaceName: name) else {
      throw ValidationError("\(flag): '\(name)' can't be an interface's name.")
    }
  }

  /// - Throws: FatalError when NodeCIDR is asked for and the Node object names no network.
  func localDetector(_ node: NodeInput?) throws -> LocalDetector {
    switch detectLocalMode {
    case .clusterCIDR: return .networks(clusterCIDR?.networks ?? [])
    case .bridgeInterface: return .bridge(podBridgeInterface ?? "")
    case .interfaceNamePrefix: return .interfacePrefix(podInterfaceNamePrefix ?? "")
    case .nodeCIDR:
      guard let networks = node?.podCIDRs, !networks.isEmpty else {
        throw FatalError(
          .failure,
          "--detect-local-mode NodeCIDR needs this node's Node object with spec.podCIDRs; add it to the manifests, or "
            + "use another mode.")
      }
      return .networks(networks)
    }
  }

  /// - Throws: when the pods' networks overlap those of the Services: neither could be reached.
  func checkOverlap(with serviceRanges: [IPNetwork]) throws {
    guard
      let (pods, services) = overlap(clusterCIDRs: clusterCIDR?.networks ?? [], serviceCIDRs: serviceRanges)
    else { return }
    throw FatalError(
      .usage,
      "--cluster-cidr \(pods) overlaps --service-cluster-ip-range \(services): an address can't be both a pod's and "
        + "a Service's. Change one of them.")
  }
}

/// `--nodeport-addresses`: networks of any family, or `primary`.
struct NodePortAddressList: ExpressibleByArgument, Equatable {
  let addresses: NodePortAddresses

  init?(argument: String) {
    if argument == "primary" {
      addresses = .primary
    } else if argument.isEmpty {
      addresses = .all
    } else if let list = NetworkList(argument: argument) {
      addresses = .networks(list.networks)
    } else {
      return nil
    }
  }
}
