import Addressing
import Iptables
import Kubernetes
import LinuxNode
import ProxyConfiguration
import Reconciler
import Testing

@testable import IpvsProxy

/// What the core, the node and the manifests are told of the configuration.
@Suite struct ConfigurationMappingTests {
  @Test func defaultsAreKubernetes() throws {
    let configuration = try configuration("--manifests", "m")
    #expect(configuration.coreConfiguration(families: [.ipv4]).resolver.scheduler == .roundRobin)
    #expect(configuration.coreConfiguration(families: [.ipv4]).resolver.nodePortAddresses == .all)
    #expect(configuration.coreConfiguration(families: [.ipv4]).drainBound == .seconds(900))
    #expect(configuration.loopConfiguration.syncPeriod == .seconds(30))
    #expect(configuration.kernelSettings == NodeConfiguration.KernelSettings())
    let manifests = configuration.manifestConfiguration(persist: true)
    #expect(manifests.allocation == AllocationConfiguration())
    #expect(
      manifests.stateDirectory == "/var/lib/ipvs-proxy" && manifests.directory == "m" && manifests.persist)
    #expect(try configuration.nodeConfiguration(families: [.ipv4], node: nil).masqueradeBit == 14)
  }

  @Test func nodePortAddressesAreNetworksOrPrimary() throws {
    func addresses(_ text: String) throws -> Reconciler.NodePortAddresses {
      try configuration("--nodeport-addresses", text).coreConfiguration(families: [.ipv4]).resolver
        .nodePortAddresses
    }
    #expect(try addresses("primary") == .primary)
    #expect(try addresses("") == .all)
    #expect(
      try addresses("10.0.0.0/8,192.168.0.0/16")
        == .networks(["10.0.0.0/8", "192.168.0.0/16"].compactMap { IPNetwork($0) }))
  }

  @Test func theLocalDetectorFollowsItsMode() throws {
    let bridge = try configuration("--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "cni0")
    #expect(try bridge.localDetector(nil) == .bridge("cni0"))
    let prefix = try configuration(
      "--detect-local-mode", "InterfaceNamePrefix", "--pod-interface-name-prefix", "veth")
    #expect(try prefix.localDetector(nil) == .interfacePrefix("veth"))
    let network = try #require(IPNetwork("10.244.0.0/16"))
    #expect(try configuration("--cluster-cidr=10.244.0.0/16").localDetector(nil) == .networks([network]))
  }

  @Test func nodeCidrComesFromTheNodeObject() throws {
    let configuration = try configuration("--detect-local-mode", "NodeCIDR")
    #expect(throws: FatalError.self) { try configuration.localDetector(nil) }
    let network = try #require(IPNetwork("10.244.0.0/24"))
    #expect(try configuration.localDetector(NodeInput(podCIDRs: [network])) == .networks([network]))
  }

  @Test func everyKernelSettingArrives() throws {
    let settings = try configuration(
      "--ipvs-strict-arp", "--ipvs-tcp-timeout=1h", "--ipvs-tcpfin-timeout=2m", "--ipvs-udp-timeout=3m",
      "--conntrack-max-per-core=7", "--conntrack-min=8", "--conntrack-tcp-timeout-established=4m",
      "--conntrack-tcp-timeout-close-wait=5m", "--conntrack-tcp-be-liberal", "--conntrack-udp-timeout=6s",
      "--conntrack-udp-timeout-stream=7s"
    ).kernelSettings
    let expected = NodeConfiguration.KernelSettings(
      strictARP: true,
      ipvsTimeouts: .init(tcp: .seconds(3600), tcpFin: .seconds(120), udp: .seconds(180)),
      conntrack: .init(
        maximumPerCore: 7, minimum: 8, tcpEstablishedTimeout: .seconds(240),
        tcpCloseWaitTimeout: .seconds(300),
        tcpBeLiberal: true, udpTimeout: .seconds(6), udpStreamTimeout: .seconds(7)))
    #expect(settings == expected)
  }

  @Test func whatTheCoreDecidesByArrives() throws {
    let core = try configuration(
      "--hostname-override=Node-A", "--ipvs-scheduler=sh", "--guards=false", "--source-ranges-on-node-ports",
      "--drain-timeout=1m", "--ipvs-exclude-cidrs=10.9.0.0/16", "--service-cluster-ip-range=10.8.0.0/16",
      "--ipvs-sync-period=5s"
    )
    let expected = core.coreConfiguration(families: [.ipv4])
    #expect(
      expected.resolver.nodeName == "node-a" && expected.resolver.scheduler == Scheduler(rawValue: "sh"))
    #expect(!expected.resolver.guards && expected.resolver.guardsNodePorts)
    #expect(expected.resolver.serviceRanges.map(\.description) == ["10.8.0.0/16"])
    #expect(expected.ownership.excluded.map(\.description) == ["10.9.0.0/16"])
    #expect(expected.drainBound == .seconds(60))
    #expect(core.loopConfiguration.syncPeriod == .seconds(5))
    let node = try core.nodeConfiguration(families: [.ipv6], node: nil)
    #expect(!node.guards && node.scheduler == "sh" && node.families == [.ipv6])
  }

  @Test func withoutAnOverrideTheNodeHasTheHostsName() throws {
    let name = try configuration().nodeName
    #expect(!name.isEmpty && name == name.lowercased())
  }

  // MARK: What comes from the source

  private let address = IPAddress(ipv4: 0xC000_0207)
  private let other = IPAddress(ipv4: 0xC000_0208)

  @Test func theBindAddressGoesBeforeTheNodeObjects() throws {
    let configuration = try configuration("--bind-address=192.0.2.7")
    let batch = InputBatch([.node(NodeInput(zone: "a", addresses: [other, address]))], isComplete: true)
    #expect(batch.adapted(to: configuration).node == NodeInput(zone: "a", addresses: [address, other]))
    #expect(batch.adapted(to: configuration).isComplete)
  }

  @Test func withoutANodeObjectTheBindAddressIsAllThatIsKnown() throws {
    let configuration = try configuration("--bind-address=192.0.2.7")
    let empty = InputBatch([], isComplete: false)
    #expect(
      empty.adapted(to: configuration, isFirst: true).changes == [.node(NodeInput(addresses: [address]))])
    #expect(empty.adapted(to: configuration) == empty)
    #expect(empty.adapted(to: try self.configuration("--bind-address=0.0.0.0"), isFirst: true) == empty)
  }

  @Test func aFeatureGateLeavesOutExternalIPs() throws {
    let key = ServiceKey(namespace: "default", name: "web")
    let service = ServiceInput(
      key: key, clusterIPs: [other], ports: [ServicePortInput(port: 80)], externalIPs: [address])
    let batch = InputBatch([.service(key, service), .service(key, nil)], isComplete: true)
    #expect(batch.adapted(to: try configuration()) == batch)
    var without = service
    without.externalIPs = []
    #expect(
      batch.adapted(to: try configuration("--feature-gates=AllowServiceExternalIPs=false")).changes
        == [.service(key, without), .service(key, nil)])
  }

  private func configuration(_ arguments: String...) throws -> ProxyConfiguration {
    try ProxyConfiguration.load(arguments: arguments, readFile: { try ConfigFile($0).bytes }).configuration
  }
}
