import Addressing
import ArgumentParser
import Iptables
import LinuxNode
import Reconciler
import Testing

@testable import IpvsProxy

@Suite struct OptionsTests {
  private func run(_ arguments: String...) throws -> RunCommand {
    try #require(try IpvsProxy.parseAsRoot(arguments) as? RunCommand)
  }

  private func message(_ arguments: String...) -> String? {
    do {
      _ = try IpvsProxy.parseAsRoot(arguments)
      return nil
    } catch {
      return IpvsProxy.fullMessage(for: error)
    }
  }

  @Test func runningIsTheDefaultAndTheModeHasTwoSpellings() throws {
    #expect(try run("--mode", "ipvs", "--manifests", "m").agent.mode.mode == "ipvs")
    #expect(try run("--proxy-mode=ipvs", "--manifests", "m").agent.source.manifests == "m")
  }

  @Test(arguments: ["iptables", "nftables", "kernelspace", "userspace", "IPVS", ""])
  func anyOtherModeIsRefusedWithWhatToUse(mode: String) throws {
    let text = try #require(message("--mode", mode, "--manifests", "m"))
    #expect(text.contains("--mode \(mode)"))
    #expect(text.contains("kube-proxy --proxy-mode=\(mode)") || text.contains("Use --mode ipvs"))
  }

  @Test func defaultsAreKubernetes() throws {
    let command = try run("--manifests", "m")
    #expect(command.agent.source.serviceClusterIPRange.networks.map(\.description) == ["10.96.0.0/12"])
    #expect(command.agent.source.serviceNodePortRange.range == 30000...32767)
    #expect(command.agent.node.scheduler == "rr")
    #expect(command.agent.node.syncPeriod.duration == .seconds(30))
    #expect(command.agent.traffic.masqueradeBit == 14)
    #expect(!command.once)
  }

  @Test func aDualStackClusterCidrIsTaken() throws {
    let command = try run("--manifests", "m", "--cluster-cidr", "10.244.0.0/16,fd00::/48")
    #expect(command.agent.traffic.clusterCIDR?.networks.map(\.description) == ["10.244.0.0/16", "fd00::/48"])
  }

  @Test(arguments: [
    ("--cluster-cidr", "10.0.0.0/8,172.16.0.0/12"), ("--cluster-cidr", "10.244.0.0"), ("--cluster-cidr", ""),
    ("--iptables-masquerade-bit", "32"), ("--ipvs-sync-period", "0s"), ("--ipvs-sync-period", "soon"),
    ("--service-node-port-range", "0-5"), ("--service-node-port-range", "9-5"), ("--ipvs-scheduler", ""),
  ]) func aWrongValueIsRefusedByName(flag: String, value: String) throws {
    let text = try #require(message("--manifests", "m", flag, value))
    #expect(text.contains(flag))
  }

  @Test func clusterCidrAndServiceRangeMustNotOverlap() throws {
    let command = try run("--manifests", "m", "--cluster-cidr", "10.0.0.0/8")
    #expect(throws: FatalError.self) {
      try command.agent.check()
    }
    let apart = try run("--manifests", "m", "--cluster-cidr", "10.244.0.0/16")
    try apart.agent.check()
  }

  @Test(arguments: [
    ("30s", Duration.seconds(30)), ("1m30s", .seconds(90)), ("250ms", .milliseconds(250)),
    ("1.5h", .seconds(5400)),
    ("0", .zero),
  ]) func durationsAreWrittenAsInGo(text: String, expected: Duration) {
    #expect(GoDuration(argument: text)?.duration == expected)
  }

  @Test(arguments: ["", "30", "s", "-5s", "1x", "1..5s", "99999999999h"]) func otherDurationsAreRefused(
    text: String
  ) {
    #expect(GoDuration(argument: text) == nil)
  }

  @Test func nodePortAddressesAreNetworksOrPrimary() throws {
    #expect(
      try run("--manifests", "m").agent.coreConfiguration(families: [.ipv4]).resolver.nodePortAddresses
        == .all)
    #expect(
      try run("--manifests", "m", "--nodeport-addresses", "primary").agent.traffic.nodePortAddresses?
        .addresses
        == .primary)
    let networks = try run("--manifests", "m", "--nodeport-addresses", "10.0.0.0/8,192.168.0.0/16")
    #expect(
      networks.agent.traffic.nodePortAddresses?.addresses
        == .networks(["10.0.0.0/8", "192.168.0.0/16"].compactMap { IPNetwork($0) }))
  }

  @Test func aDetectLocalModeNeedsItsArgument() throws {
    #expect(
      message("--manifests", "m", "--detect-local-mode", "BridgeInterface")?.contains(
        "--pod-bridge-interface") == true)
    #expect(
      message("--manifests", "m", "--detect-local-mode", "InterfaceNamePrefix")?
        .contains("--pod-interface-name-prefix") == true)
    let bridge = try run(
      "--manifests", "m", "--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "cni0")
    #expect(try bridge.agent.traffic.localDetector(nil) == .bridge("cni0"))
  }

  @Test func nodeCidrComesFromTheNodeObject() throws {
    let command = try run("--manifests", "m", "--detect-local-mode", "NodeCIDR")
    #expect(throws: FatalError.self) { try command.agent.traffic.localDetector(nil) }
    let network = try #require(IPNetwork("10.244.0.0/24"))
    #expect(try command.agent.traffic.localDetector(NodeInput(podCIDRs: [network])) == .networks([network]))
  }

  @Test func guardsCanBeLeftOut() throws {
    let command = try run("--manifests", "m", "--guards=false")
    #expect(!command.agent.coreConfiguration(families: [.ipv4]).resolver.guards)
    #expect(try !command.agent.nodeConfiguration(families: [.ipv4], node: nil).guards)
  }

  @Test func kernelSettingsHaveKubeProxysDefaults() throws {
    let settings = try run("--manifests", "m").agent.kernel.settings
    #expect(settings == NodeConfiguration.KernelSettings())
    #expect(
      try run("--manifests", "m", "--ipvs-tcp-timeout", "2h").agent.kernel.settings.ipvsTimeouts.tcp
        == .seconds(7200))
  }

  @Test func nodeNamesAreLowerCase() throws {
    #expect(try run("--manifests", "m", "--hostname-override", "Node-A").agent.node.nodeName == "node-a")
  }

  @Test func exitStatusesAreInTheHelp() {
    let help = IpvsProxy.helpMessage()
    let words = Set(help.split { $0 == " " || $0 == "\n" })
    for status in ExitStatus.allCases { #expect(words.contains("\(status.rawValue)"), "\(status)") }
  }
}
