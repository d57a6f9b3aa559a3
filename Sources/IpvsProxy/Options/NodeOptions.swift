import Addressing
import ArgumentParser
import Glibc
import Kubernetes
import LinuxNode
import Reconciler

/// What this node is, and how its traffic is treated. Names and defaults are kube-proxy's.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("This node's name, as endpoints carry it; default: the host name.", valueName: "name"))
  var hostnameOverride: String?

  @Option(
    help: ArgumentHelp(
      "Networks of the pods: traffic to a ClusterIP from elsewhere is masqueraded.", valueName: "cidrs"))
  var clusterCIDR: NetworkList?

  @Flag(help: "Masquerade all traffic to ClusterIPs.")
  var masqueradeAll = false

  @Option(
    name: .customLong("iptables-masquerade-bit"),
    help: ArgumentHelp("Bit of the packet mark that asks for masquerading, 0 to 31.", valueName: "bit"))
  var masqueradeBit = 14

  @Option(
    name: .customLong("ipvs-scheduler"),
    help: ArgumentHelp(
      "IPVS scheduler: rr, wrr, lc, wlc, lblc, lblcr, sh, dh, sed, nq, mh, …", valueName: "name"))
  var scheduler = "rr"

  @Option(
    name: .customLong("ipvs-sync-period"),
    help: ArgumentHelp("Between two full comparisons with the kernel.", valueName: "duration"))
  var syncPeriod = GoDuration(.seconds(30))

  func validate() throws {
    try clusterCIDR?.validate("--cluster-cidr")
    guard (0...31).contains(masqueradeBit) else {
      throw ValidationError(
        "--iptables-masquerade-bit is a bit of a 32-bit mark: 0 to 31, not \(masqueradeBit).")
    }
    guard syncPeriod.duration > .zero else {
      throw ValidationError("--ipvs-sync-period must be more than 0.")
    }
    guard !scheduler.isEmpty, scheduler.utf8.count <= 15 else {
      throw ValidationError("--ipvs-scheduler takes the name of a kernel scheduler, as in ip_vs_NAME.")
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

  /// Lower case, as Kubernetes has node names.
  var nodeName: String { (hostnameOverride ?? Self.hostName()).lowercased() }

  private static func hostName() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "localhost" }
    return withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  func nodeConfiguration(families: [IPFamily]) -> NodeConfiguration {
    NodeConfiguration(
      families: families, clusterCIDRs: clusterCIDR?.networks ?? [], masqueradeAll: masqueradeAll,
      masqueradeBit: masqueradeBit, scheduler: scheduler)
  }

  func coreConfiguration(families: [IPFamily]) -> CoreConfiguration {
    CoreConfiguration(
      resolver: ResolverPolicy(
        nodeName: nodeName, families: Set(families), scheduler: Scheduler(rawValue: scheduler)))
  }

  var loopConfiguration: LoopConfiguration { LoopConfiguration(syncPeriod: syncPeriod.duration) }
}
