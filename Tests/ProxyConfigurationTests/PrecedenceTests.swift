import Addressing
import Testing

@testable import ProxyConfiguration

@Suite struct PrecedenceTests {
  private let file = document("mode: ipvs\nhostnameOverride: from-file\nlogging:\n  verbosity: 1\n")

  @Test func kubeProxysFlagsAreIgnoredBesideAFileAndToldOnce() throws {
    let loaded = try load(
      "--ipvs-scheduler=sh", "--cluster-cidr", "10.0.0.0/8", "--ipvs-scheduler=lc", "--metrics_port=1",
      file: file)
    #expect(loaded.configuration.ipvs.scheduler.isEmpty)
    #expect(loaded.configuration.traffic.clusterCIDRs.isEmpty)
    #expect(
      loaded.told == [
        "ignored beside --config, as kube-proxy does: --ipvs-scheduler, --cluster-cidr, --metrics_port"
      ])
  }

  @Test func anIgnoredFlagIsNotChecked() {
    #expect(problems("--ipvs-sync-period=0s", file: file).isEmpty)
  }

  @Test func theFlagsThatKubeProxyHeedsGoBeforeTheFile() throws {
    let loaded = try load(
      "--hostname-override= Node-B ", "-v5", "--logging-format=json", "--master=https://m", "--cleanup",
      "--init-only",
      "--write-config-to=/w", file: file)
    let configuration = loaded.configuration
    #expect(configuration.node.hostnameOverride == "node-b")
    #expect(configuration.logging == ProxyConfiguration.Logging(format: .json, verbosity: 5))
    #expect(configuration.client.master == "https://m")
    #expect(configuration.process.cleanup && configuration.process.initOnly)
    #expect(configuration.process.writeConfigTo == "/w")
    #expect(loaded.notices.isEmpty)
  }

  @Test func withoutSuchFlagsTheFileCounts() throws {
    let configuration = try load(file: file).configuration
    #expect(configuration.node.hostnameOverride == "from-file")
    #expect(configuration.logging.verbosity == 1)
  }

  @Test func ourOwnFlagsGoBeforeTheFileToo() throws {
    let own =
      "---\napiVersion: ipvs-proxy.io/v1alpha1\nkind: IpvsProxyConfiguration\ndrainTimeout: 1m\nstateDir: /a\n"
    let configuration = try load("--drain-timeout=2m", "--manifests=/m", "--once", file: file + own)
      .configuration
    #expect(configuration.ipvs.drainTimeout == .seconds(120))
    #expect(configuration.manifests.directory == "/m" && configuration.manifests.stateDirectory == "/a")
    #expect(configuration.process.once)
    #expect(configuration.source == .manifests(configuration.manifests))
  }

  @Test(arguments: ["iptables", "nftables"]) func anotherModeInTheFileIsRefusedUnlessTheFlagSaysIpvs(
    mode: String
  ) throws {
    let file = document("mode: \(mode)\n")
    #expect(
      problems(file: file) == [
        "/etc/config.conf:3: mode \(mode) is not for this program: it only does ipvs. For \(mode), run kube-proxy "
          + "--proxy-mode=\(mode); to serve ipvs all the same, add the flag --mode ipvs"
      ])
    #expect(try load("--mode", "ipvs", file: file).notices.isEmpty)
    #expect(try load("--proxy-mode=ipvs", file: file).notices.isEmpty)
    #expect(problems("--proxy-mode=", file: file).count == 1)
  }

  @Test(arguments: ["iptables", "nftables", "kernelspace", "userspace", "IPVS"])
  func anyOtherModeIsRefusedWithWhatToUse(mode: String) throws {
    let found = problems("--mode", mode)
    #expect(found.count == 1 && found[0].hasPrefix("--mode \(mode) is "))
    #expect(found[0].contains("kube-proxy --proxy-mode=\(mode)") || found[0].contains("Use --mode ipvs"))
  }

  @Test func noModeIsIpvs() throws {
    #expect(try load().notices.isEmpty)
    #expect(try load("--proxy-mode=ipvs").notices.isEmpty)
    #expect(
      try load("--proxy-mode=").told == [
        "--proxy-mode is empty, which is iptables to kube-proxy: this program serves ipvs"
      ])
    #expect(try load(file: document("")).notices.isEmpty)
  }

  @Test func onlyFlagsHaveAShortestTimeBetweenRounds() throws {
    #expect(try load().configuration.ipvs.minimumSyncPeriod == .seconds(1))
    #expect(try load(file: file).configuration.ipvs.minimumSyncPeriod == .zero)
    #expect(try load("--ipvs-sync-period=1s").configuration.ipvs.syncPeriod == .seconds(1))
    #expect(
      problems("--ipvs-sync-period=500ms").first?.hasPrefix("--ipvs-sync-period must not be shorter") == true)
    #expect(
      try load(file: document("mode: ipvs\nipvs:\n  syncPeriod: 500ms\n")).configuration.ipvs.syncPeriod
        == .milliseconds(500))
  }

  @Test func whatHasNoEffectIsToldOnceAndOnlyIfItIsNotTheDefault() throws {
    #expect(
      try load("--iptables-sync-period=30s", "--iptables-localhost-nodeports=true", "--profiling=false")
        .notices.isEmpty)
    let loaded = try load(
      "--iptables-sync-period=1m", "--iptables-sync-period=2m", "--ipvs-min-sync-period=0s", "--vmodule=a=1",
      "--log-flush-frequency=1s", "--config-sync-period=1m",
      "--feature-gates=AllowServiceExternalIPs=false,X=true")
    #expect(loaded.notices.allSatisfy { $0.severity == .info })
    #expect(loaded.told.count == 6)
    #expect(loaded.told.contains("--feature-gates: without effect here: X"))
    #expect(!loaded.configuration.allowsExternalIPs)
    #expect(try load().configuration.allowsExternalIPs)
  }

  @Test func theDeprecatedPortsAreForAddressesWithout() throws {
    #expect(
      try load("--healthz-port=1", "--healthz-bind-address=192.0.2.1").configuration.health
        .healthzBindAddress?.description
        == "192.0.2.1:1")
    let off = try load("--metrics-port=0", "--metrics-bind-address=1.2.3.4:5")
    #expect(off.configuration.health.metricsBindAddress == nil)
    #expect(off.told == ["--metrics-port is deprecated: use --metrics-bind-address"])
    let useless = try load("--healthz-port=1")
    #expect(useless.configuration.health.healthzBindAddress?.port == 10256)
    #expect(useless.told.first?.contains("has no effect, as in kube-proxy") == true)
    #expect(problems("--healthz-port=70000").count == 1)
  }

  @Test func theBindAddressIsTheNodesAndInAFileTheServersFamily() throws {
    let flags = try load("--bind-address=2001:db8::7").configuration
    #expect(flags.node.addressOverride?.description == "2001:db8::7")
    #expect(flags.health.healthzBindAddress?.description == "0.0.0.0:10256")
    let file = try load(file: document("mode: ipvs\nmetricsBindAddress: \"9999\"\nbindAddress: \"::\"\n"))
      .configuration
    #expect(file.node.addressOverride == nil)
    #expect(file.health.healthzBindAddress?.description == "[::]:10256")
    #expect(file.health.metricsBindAddress?.description == "[::1]:9999")
  }
}
