import Addressing
import ArgumentParser
import Kubernetes

/// Where Services come from, and the ranges that those without an address are given theirs from.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Directory of Kubernetes manifests (YAML or JSON): Services, EndpointSlices, Pods and Nodes.",
      valueName: "dir"))
  var manifests: String

  @Option(
    help: ArgumentHelp(
      "Where allocated addresses and last good manifests are kept across restarts.", valueName: "dir"))
  var stateDir = "/var/lib/ipvs-proxy"

  @Option(
    help: ArgumentHelp(
      "Networks that Services without a clusterIP get one from: one of each family at most, comma-separated.",
      valueName: "cidrs"))
  var serviceClusterIPRange = NetworkList(AllocationConfiguration.defaultServiceRanges)

  @Option(
    help: ArgumentHelp("Ports that Services without a nodePort get one from.", valueName: "from-to"))
  var serviceNodePortRange = PortRange(30000...32767)

  func validate() throws {
    if let flaw = AllocationConfiguration(serviceRanges: serviceClusterIPRange.networks).flaw {
      throw ValidationError(
        "--service-cluster-ip-range \(serviceClusterIPRange.defaultValueDescription): \(flaw).")
    }
  }

  /// For the manifest source; `persist` is false for a look that must leave no trace.
  func configuration(nodeName: String, persist: Bool) -> ManifestConfiguration {
    ManifestConfiguration(
      directory: manifests, stateDirectory: stateDir, nodeName: nodeName,
      allocation: AllocationConfiguration(
        serviceRanges: serviceClusterIPRange.networks, nodePorts: serviceNodePortRange.range),
      persist: persist)
  }
}
