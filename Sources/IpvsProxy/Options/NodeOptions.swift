import ArgumentParser
import Glibc
import Reconciler

/// What this node is, and how its virtual servers are kept. Names and defaults are kube-proxy's.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("This node's name, as endpoints carry it; default: the host name.", valueName: "name"))
  var hostnameOverride: String?

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
    guard syncPeriod.duration > .zero else {
      throw ValidationError("--ipvs-sync-period must be more than 0.")
    }
    guard !scheduler.isEmpty, scheduler.utf8.count <= 15 else {
      throw ValidationError("--ipvs-scheduler takes the name of a kernel scheduler, as in ip_vs_NAME.")
    }
  }

  /// Lower case, as Kubernetes has node names.
  var nodeName: String { (hostnameOverride ?? Self.hostName()).lowercased() }

  private static func hostName() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "localhost" }
    return withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  var loopConfiguration: LoopConfiguration { LoopConfiguration(syncPeriod: syncPeriod.duration) }
}
