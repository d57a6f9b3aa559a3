import Addressing
import Testing

@testable import ProxyConfiguration

/// What values have to agree on with each other. What each is by itself is in ConfigurationFileTests and FlagGrammarTests.
@Suite struct ValidationTests {
  @Test(arguments: [
    ("--cluster-cidr", "10.128.0.0/16,172.16.0.0/12"), ("--cluster-cidr", "10.244.0.0"),
    ("--cluster-cidr", ""),
    ("--cluster-cidr", "10.128.0.0/16,fd00::/8,fe00::/8"), ("--service-node-port-range", "0-5"),
    ("--service-node-port-range", "9-5"), ("--service-node-port-range", "x"), ("--state-dir", ""),
    ("--service-cluster-ip-range", "10.0.0.0/8,172.16.0.0/12"), ("--hostname-override", "  "),
    ("--ipvs-scheduler", "a b"), ("--nodeport-addresses", "primary,10.0.0.0/8"), ("--kube-api-qps", "many"),
    ("--v", "-1"), ("--drain-timeout", "-1s"), ("--log-text-info-buffer-size", "much"), ("--vmodule", "a"),
  ]) func aWrongValueIsRefusedByName(flag: String, value: String) {
    let found = problems("--manifests", "m", flag, value)
    #expect(found.count == 1 && found[0].hasPrefix(flag), "\(found)")
  }

  @Test func clusterCidrsCountInTheirModeOnly() throws {
    let configuration = try load(
      "--detect-local-mode=NodeCIDR", "--cluster-cidr=10.0.0.0/16,10.1.0.0/16"
    ).configuration
    #expect(configuration.traffic.clusterCIDRs.count == 2)
  }

  @Test func aDetectLocalModeNeedsItsInterface() throws {
    #expect(
      problems("--detect-local-mode", "BridgeInterface") == [
        "--detect-local-mode BridgeInterface needs --pod-bridge-interface (in a config file, detectLocal.bridgeInterface)"
      ])
    #expect(
      problems(file: document("detectLocalMode: InterfaceNamePrefix\n")).first?.hasPrefix(
        "/etc/config.conf:3: detectLocalMode") == true)
    #expect(
      try load("--detect-local-mode=BridgeInterface", "--pod-bridge-interface=cni0").configuration.traffic
        .bridgeInterface == "cni0")
  }

  @Test(arguments: ["a/b", "a b", "a:b", "sixteen-letters-", "..", "veth+"])
  func anImpossibleInterfaceIsRefused(name: String) {
    #expect(problems("--pod-interface-name-prefix", name).count == 1)
  }

  @Test func podsAndServicesMustNotOverlap() throws {
    let found = problems("--manifests", "m", "--cluster-cidr", "10.0.0.0/8")
    #expect(found.count == 1 && found[0].hasPrefix("--cluster-cidr overlaps --service-cluster-ip-range"))
    #expect(problems("--manifests", "m", "--cluster-cidr", "10.244.0.0/16").isEmpty)
    // Of a cluster's range nothing is known.
    #expect(problems("--cluster-cidr", "10.0.0.0/8").isEmpty)
    #expect(problems("--cluster-cidr=10.0.0.0/8", "--service-cluster-ip-range=10.96.0.0/16").count == 1)
  }

  @Test func theDefaultServiceRangeIsForManifests() throws {
    #expect(try load("--manifests", "m").configuration.serviceRanges.map(\.description) == ["10.96.0.0/12"])
    #expect(try load().configuration.serviceRanges.isEmpty)
    #expect(try load("--service-cluster-ip-range=10.0.0.0/16").configuration.serviceRanges.count == 1)
  }
}
