import Addressing
import Testing

@testable import ProxyConfiguration

@Suite struct ConfigurationFileTests {
  @Test func aFieldThatThereIsNotIsLeftOutWithAWarning() throws {
    let loaded = try load(
      file: document("ipvs:\n  scheduler: lc\n  sheduler: wlc\nmode: ipvs\nudpIdleTimeout: 250ms\n"))
    #expect(loaded.configuration.ipvs.scheduler == "lc")
    #expect(
      loaded.told == [
        "/etc/config.conf:5: ipvs.sheduler is no field (did you mean ipvs.scheduler?); it is left out",
        "/etc/config.conf:7: udpIdleTimeout is no field; it is left out",
      ])
    #expect(loaded.notices.allSatisfy { $0.severity == .warning })
  }

  @Test func theWrongLetterCaseIsAnotherField() throws {
    let loaded = try load(file: document("clustercidr: 10.0.0.0/8\nmode: ipvs\n"))
    #expect(loaded.configuration.traffic.clusterCIDRs.isEmpty)
    #expect(loaded.told.first?.contains("did you mean clusterCIDR?") == true)
  }

  @Test(arguments: [
    "mode: ipvs\nipvs:\n  scheduler: lc\n  strictARP: true\n  scheduler: wlc\n",
    "mode: ipvs\nipvs: {\"scheduler\": lc, \"scheduler\": wlc, strictARP: true}\n",
    "mode: ipvs\nipvs:\n  scheduler: lc\n  'scheduler': sh\n  strictARP: true\n  scheduler: wlc\n",
  ]) func ofAFieldGivenTwiceTheLastCounts(lines: String) throws {
    let loaded = try load(file: document(lines))
    #expect(loaded.configuration.ipvs.scheduler == "wlc")
    #expect(loaded.configuration.ipvs.strictARP)
    #expect(loaded.told.allSatisfy { $0.contains("ipvs.scheduler is there again further down") })
    #expect(!loaded.told.isEmpty)
  }

  @Test func jsonIsTaken() throws {
    let loaded = try load(
      file: """
        {"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "mode": "ipvs",
         "ipvs": {"scheduler": "wrr", "excludeCIDRs": ["10.0.0.0/8"]}, "clientConnection": {"qps": 7}}
        """)
    #expect(loaded.configuration.ipvs.scheduler == "wrr")
    #expect(loaded.configuration.ipvs.excludedNetworks.map(\.description) == ["10.0.0.0/8"])
    #expect(loaded.configuration.client.qps == 7)
    #expect(loaded.notices.isEmpty)
  }

  @Test(arguments: [
    ("iptables:\n  masqueradeBit: 32", "4: iptables.masqueradeBit must be 0 to 31, not 32"),
    (
      "iptables:\n  masqueradeBit: \"14\"",
      "4: iptables.masqueradeBit must be a whole number of 32 bits, not the string '14'"
    ),
    ("clusterCIDR: 10", "3: clusterCIDR must be a string, not 10"),
    ("clusterCIDR: a", "3: clusterCIDR must be networks like 10.0.0.0/8 or fd00::/48; 'a' is none"),
    ("oomScoreAdj: -1001", "3: oomScoreAdj must be -1000 to 1000, not -1001"),
    ("bindAddress: localhost", "3: bindAddress must be an IP address, not 'localhost'"),
    ("ipvs: []", "3: ipvs must be a mapping, not a list"),
    ("ipvs:\n  syncPeriod: 30", "4: ipvs.syncPeriod must be a duration like 30s, not 30"),
    ("ipvs:\n  syncPeriod: -1s", "4: ipvs.syncPeriod must be more than 0, not -1s"),
    (
      "ipvs:\n  syncPeriod: soon",
      "4: ipvs.syncPeriod must be a duration like 30s, 1m30s or 250ms, not 'soon'"
    ),
    ("ipvs:\n  tcpTimeout: -1s", "4: ipvs.tcpTimeout must be 0 or more, not -1s"),
    ("ipvs:\n  strictARP: maybe", "4: ipvs.strictARP must be true or false, not the string 'maybe'"),
    (
      "ipvs:\n  excludeCIDRs: 10.0.0.0/8",
      "4: ipvs.excludeCIDRs must be a list of strings, not the string '10.0.0.0/8'"
    ),
    (
      "ipvs:\n  excludeCIDRs: [10.0.0.1]",
      "4: ipvs.excludeCIDRs must be networks like 10.0.0.0/8 or fd00::/48; '10.0.0.1' is none"
    ),
    (
      "ipvs:\n  scheduler: a-name-too-long-for-it",
      "4: ipvs.scheduler must be the name of a kernel scheduler, as in ip_vs_NAME, not 'a-name-too-long-for-it'"
    ),
    (
      "nodePortAddresses: [primary, 10.0.0.0/8]",
      "3: nodePortAddresses can't have both 'primary' and networks"
    ),
    ("conntrack:\n  min: -1", "4: conntrack.min must be 0 or more, not -1"),
    ("conntrack:\n  maxPerCore: -1", "4: conntrack.maxPerCore must be 0 or more, not -1"),
    (
      "conntrack:\n  tcpEstablishedTimeout: -1s",
      "4: conntrack.tcpEstablishedTimeout must be 0 or more, not -1s"
    ),
    ("conntrack:\n  udpTimeout: -1s", "4: conntrack.udpTimeout must be 0 or more, not -1s"),
    ("configSyncPeriod: -1s", "3: configSyncPeriod must be more than 0, not -1s"),
    ("clientConnection:\n  burst: -1", "4: clientConnection.burst must be 0 or more, not -1"),
    (
      "clientConnection:\n  contentType: text/html",
      "4: clientConnection.contentType must be application/vnd.kubernetes.protobuf or application/json, not 'text/html'"
    ),
    ("logging:\n  format: xml", "4: logging.format must be one of text, json, not 'xml'"),
    ("logging:\n  verbosity: -1", "4: logging.verbosity must be 0 or more, not -1"),
    (
      "detectLocalMode: Everything",
      "3: detectLocalMode must be one of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix, not 'Everything'"
    ),
    ("featureGates:\n  A: 1", "3: featureGates must be true or false, not 1"),
    (
      "detectLocal:\n  bridgeInterface: a/b",
      "4: detectLocal.bridgeInterface can't be 'a/b': no interface can have such a name"
    ),
  ]) func aWrongValueIsToldWithFileLineAndField(lines: String, expected: String) {
    #expect(problems(file: document(lines + "\n")) == ["/etc/config.conf:" + expected])
  }

  @Test func everyWrongValueIsToldAtOnce() {
    let found = problems(
      "--drain-timeout=soon", file: document("oomScoreAdj: 5000\nmode: ipvs\nipvs:\n  syncPeriod: -1s\n"))
    #expect(found.count == 3)
    #expect(found.contains { $0.hasPrefix("--drain-timeout must be a duration") })
  }

  @Test(arguments: [
    ("", "has no document with kind: KubeProxyConfiguration"), ("a: [", ":2 is not YAML"),
    ("- a", "must be a mapping"),
    ("kind: KubeProxyConfiguration", "has kind 'KubeProxyConfiguration' and apiVersion ''"),
    ("apiVersion: kubeproxy.config.k8s.io/v1beta1\nkind: KubeProxyConfiguration", "v1beta1"),
    ("apiVersion: ipvs-proxy.io/v1alpha1\nkind: IpvsProxyConfiguration", "has no document with kind"),
    ("apiVersion: v1\nkind: ConfigMap", "has kind 'ConfigMap'"),
  ]) func aFileOfAnotherKindIsRefused(text: String, expected: String) {
    let found = problems(file: text)
    #expect(found.count == 1 && found[0].contains(expected), "\(found)")
  }

  @Test func aFileThatCannotBeReadIsTold() {
    #expect(
      problems("--config", "/nowhere") == ["--config /nowhere can't be read: No such file or directory"])
  }

  @Test func inOurOwnDocumentEveryMistakeIsAnError() {
    let own = "---\napiVersion: ipvs-proxy.io/v1alpha1\nkind: IpvsProxyConfiguration\n"
    #expect(
      problems(file: document("mode: ipvs\n") + own + "drainTimout: 5m\n") == [
        "/etc/config.conf:7: drainTimout is no field (did you mean drainTimeout?)"
      ])
    #expect(problems(file: document("mode: ipvs\n") + own + "drainTimeout: -5m\n").count == 1)
    #expect(problems(file: document("mode: ipvs\n") + own + own).count == 1)
  }

  @Test func ourOwnDocumentInFrontOfKubeProxysIsWarnedOf() throws {
    let loaded = try load(
      file: "apiVersion: ipvs-proxy.io/v1alpha1\nkind: IpvsProxyConfiguration\nmanifests: /m\n---\n"
        + document("mode: ipvs\n"))
    #expect(loaded.configuration.manifests.directory == "/m")
    #expect(loaded.told.first?.contains("is not the first document") == true)
  }
}
