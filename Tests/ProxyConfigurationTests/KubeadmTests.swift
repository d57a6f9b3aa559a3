import Addressing
import Testing

@testable import ProxyConfiguration

/// kubeadm's own ConfigMap and flags, unchanged.
@Suite struct KubeadmTests {
  private func kubeadm() throws -> Loaded {
    try load("--hostname-override=Node-A", file: try fixture("kubeadm-config.conf"))
  }

  @Test func everyFieldHasItsEffect() throws {
    var expected = ProxyConfiguration()
    expected.process.configFile = "/etc/config.conf"
    expected.client.kubeconfig = "/var/lib/kube-proxy/kubeconfig.conf"
    expected.traffic.clusterCIDRs = [try #require(IPNetwork("10.244.0.0/16"))]
    expected.node.hostnameOverride = "node-a"
    expected.ipvs.minimumSyncPeriod = .zero
    let configuration = try kubeadm().configuration
    #expect(configuration == expected)
    // What the empty values of the file stand for, one by one, so that a changed default is seen here.
    #expect(configuration.client.contentType == "application/vnd.kubernetes.protobuf")
    #expect(configuration.client.acceptContentTypes.isEmpty)
    #expect(configuration.client.qps == 5 && configuration.client.burst == 10)
    #expect(configuration.client.configSyncPeriod == .seconds(900))
    #expect(configuration.node.addressOverride == nil)
    #expect(configuration.health.healthzBindAddress?.description == "0.0.0.0:10256")
    #expect(configuration.health.metricsBindAddress?.description == "127.0.0.1:10249")
    #expect(!configuration.health.bindAddressHardFail)
    #expect(configuration.conntrack == ProxyConfiguration.Conntrack())
    #expect(configuration.conntrack.maximumPerCore == 32768 && configuration.conntrack.minimum == 131072)
    #expect(configuration.conntrack.tcpEstablishedTimeout == .seconds(86400))
    #expect(configuration.conntrack.tcpCloseWaitTimeout == .seconds(3600))
    #expect(configuration.conntrack.udpTimeout == .zero && configuration.conntrack.udpStreamTimeout == .zero)
    #expect(configuration.traffic.detectLocalMode == .clusterCIDR)
    #expect(configuration.traffic.masqueradeBit == 14 && !configuration.traffic.masqueradeAll)
    #expect(configuration.traffic.nodePortAddresses == .all)
    #expect(configuration.ipvs.schedulerName == "rr" && configuration.ipvs.syncPeriod == .seconds(30))
    #expect(configuration.ipvs.excludedNetworks.isEmpty && !configuration.ipvs.strictARP)
    #expect(configuration.ipvs.tcpTimeout == .zero && configuration.ipvs.udpTimeout == .zero)
    #expect(configuration.logging == ProxyConfiguration.Logging(format: .text, verbosity: 0))
    #expect(configuration.process.oomScoreAdjust == -999)
    #expect(configuration.withoutEffect.isEmpty)
    #expect(configuration.source == .cluster(configuration.client))
  }

  @Test func onlyTheEmptyModeIsTold() throws {
    let notices = try kubeadm().notices
    #expect(notices.map(\.severity) == [.info])
    #expect(notices.first?.description.contains(": mode is empty") == true)
  }

  @Test func everyFieldOfTheFileIsKnown() throws {
    let file = ConfigurationFile(Array(try fixture("kubeadm-config.conf").utf8), path: "f")
    #expect(file.notices.isEmpty && file.problems.isEmpty)
  }

  /// Field by field: a value that isn't the default arrives, or is told to have no effect.
  @Test(arguments: KubeadmTests.changes) func aChangedFieldHasItsEffectOrIsTold(change: Change) throws {
    let original = try fixture("kubeadm-config.conf")
    let text = original.replacing(change.line, with: change.replacement, maxReplacements: 1)
    try #require(text != original, "\(change.line)")
    let before = try kubeadm()
    let after = try load("--hostname-override=Node-A", file: text)
    if change.hasEffect {
      #expect(after.configuration != before.configuration)
      #expect(after.notices == before.notices || change.replacement.hasPrefix("mode"))
    } else {
      #expect(after.told.contains { $0.contains(" has no effect: ") }, "\(after.told)")
    }
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let line: String
    let replacement: String
    let hasEffect: Bool

    init(_ line: String, _ replacement: String, _ hasEffect: Bool = true) {
      self.line = line
      self.replacement = replacement
      self.hasEffect = hasEffect
    }

    var testDescription: String { replacement }
  }

  static let changes = [
    Change("bindAddress: 0.0.0.0", "bindAddress: 192.0.2.7"),
    Change("bindAddressHardFail: false", "bindAddressHardFail: true"),
    Change("acceptContentTypes: \"\"", "acceptContentTypes: application/json"),
    Change("burst: 0", "burst: 20"), Change("contentType: \"\"", "contentType: application/json"),
    Change("kubeconfig: /var/lib/kube-proxy/kubeconfig.conf", "kubeconfig: /k"), Change("qps: 0", "qps: 7.5"),
    Change("clusterCIDR: 10.244.0.0/16", "clusterCIDR: 10.1.0.0/16,fd00::/48"),
    Change("configSyncPeriod: 0s", "configSyncPeriod: 5m", false),
    Change("maxPerCore: null", "maxPerCore: 0"), Change("min: null", "min: 0"),
    Change("tcpBeLiberal: false", "tcpBeLiberal: true"),
    Change("tcpCloseWaitTimeout: null", "tcpCloseWaitTimeout: 0s"),
    Change("tcpEstablishedTimeout: null", "tcpEstablishedTimeout: 1h"),
    Change("udpStreamTimeout: 0s", "udpStreamTimeout: 3m"), Change("  udpTimeout: 0s", "  udpTimeout: 30s"),
    Change("detectLocalMode: \"\"", "detectLocalMode: NodeCIDR"),
    Change("bridgeInterface: \"\"", "bridgeInterface: cni0"),
    Change("interfaceNamePrefix: \"\"", "interfaceNamePrefix: veth"),
    Change("enableProfiling: false", "enableProfiling: true", false),
    Change("healthzBindAddress: \"\"", "healthzBindAddress: 127.0.0.1:10256"),
    Change("localhostNodePorts: null", "localhostNodePorts: false", false),
    Change("masqueradeAll: false", "masqueradeAll: true"), Change("masqueradeBit: null", "masqueradeBit: 0"),
    Change("minSyncPeriod: 0s", "minSyncPeriod: 5s", false),
    Change("syncPeriod: 0s", "syncPeriod: 5m", false),
    Change("excludeCIDRs: null", "excludeCIDRs: [10.0.0.0/8]"), Change("scheduler: \"\"", "scheduler: sh"),
    Change("strictARP: false", "strictARP: true"),
    Change("syncPeriod: 0s\n  tcpFin", "syncPeriod: 1m\n  tcpFin"),
    Change("tcpFinTimeout: 0s", "tcpFinTimeout: 1m"), Change("tcpTimeout: 0s", "tcpTimeout: 1h"),
    Change("flushFrequency: 0", "flushFrequency: 1000000000", false),
    Change("infoBufferSize: \"0\"", "infoBufferSize: 64Ki", false), Change("verbosity: 0", "verbosity: 4"),
    Change("metricsBindAddress: \"\"", "metricsBindAddress: 0.0.0.0:10249"),
    Change("mode: \"\"\n", "mode: ipvs\nnotAField: 1\n"),
    Change("nodePortAddresses: null", "nodePortAddresses: [primary]"),
    Change("oomScoreAdj: null", "oomScoreAdj: 0"), Change("portRange: \"\"", "portRange: 1-2", false),
    Change("showHiddenMetricsForVersion: \"\"", "showHiddenMetricsForVersion: \"1.35\"", false),
    Change("enableDSR: false", "enableDSR: true", false), Change("sourceVip: \"\"", "sourceVip: a", false),
  ].filter { !$0.replacement.hasPrefix("mode") }

  @Test func theFileServesKubeProxyAfterwards() throws {
    // A second document is ours; what kube-proxy reads, the first, stays as it is.
    let file =
      try fixture("kubeadm-config.conf") + """
        ---
        apiVersion: ipvs-proxy.io/v1alpha1
        kind: IpvsProxyConfiguration
        drainTimeout: 5m
        guards: false
        """
    let configuration = try load(file: file).configuration
    #expect(configuration.ipvs.drainTimeout == .seconds(300))
    #expect(!configuration.traffic.guards)
    #expect(configuration.client.kubeconfig == "/var/lib/kube-proxy/kubeconfig.conf")
  }
}
