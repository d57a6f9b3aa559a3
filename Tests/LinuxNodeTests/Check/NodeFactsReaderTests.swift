import Addressing
import Iptables
import LinuxNode
import NodeCheck
import Reconciler
import Testing

/// Facts from a made-up host.
@Suite struct NodeFactsReaderTests {
  private static let release = "6.1.0-56-amd64"

  private func host(_ more: [String: String] = [:]) throws -> TemporaryHost {
    var files = [
      "/proc/self/status": "Name:\tx\nCapInh:\t0000000000000000\nCapEff:\t0000000000001000\n",
      "/proc/net/unix":
        "Num       RefCount Protocol Flags    Type St Inode Path\n0000: 00000002 00000000 00010000 0001 01 123 @ipvs-proxy\n",
      "/proc/net/route":
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        + "eth0\t00000000\t0107A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        + "eth0\t0007A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
      "/proc/net/ipv6_route":
        "fd000113000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 "
        + "00000100 00000001 00000000 00000001 eth0\n"
        + "fd000113000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 "
        + "00000000 00000003 00000000 80200001 eth0\n",
      "/proc/sys/net/ipv4/ip_forward": "1\n", "/proc/sys/net/ipv4/conf/all/rp_filter": "0\n",
      "/proc/sys/net/ipv4/conf/eth0.7/rp_filter": "1\n",
      "/lib/modules/\(Self.release)/modules.dep":
        "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/x.ko\nkernel/net/netfilter/ipvs/ip_vs_sh.ko: \n",
      "/lib/modules/\(Self.release)/modules.builtin": "kernel/net/netfilter/nf_tables.ko\n",
      "/sys/class/net/eth0/ifindex": "2\n", "/sys/class/net/kube-ipvs0/ifindex": "5\n",
      "/sys/class/net/cni0/ifindex": "3\n", "/sys/class/net/cni0/bridge/x": "",
      "/sys/class/net/cni0/brif/veth1": "",
    ]
    files.merge(more) { $1 }
    return try TemporaryHost(files)
  }

  private func read(
    _ host: TemporaryHost, runner: ScriptedRunner = ScriptedRunner([:]), state: KernelState = KernelState(),
    wanted: Wanted = Wanted()
  ) async -> NodeFacts {
    let address = IPAddress(ipv4: 0xC0A8_0709)
    let questions = KernelQuestions(
      addresses: { () throws(KernelError) in [.init(address, interfaceIndex: 2)] },
      state: { _ throws(KernelError) in state },
      virtualServers: { () throws(KernelError) in Array(state.virtualServers.keys) },
      timeouts: { () throws(KernelError) in NodeCheck.ConnectionTimeouts(tcp: 900, udp: 300) })
    return await NodeFactsReader(
      wanted: wanted, files: host.files, runner: runner, questions: questions, release: Self.release
    ).read()
  }

  @Test func filesAreReadAsTheyAre() async throws {
    let facts = await read(try host())
    #expect(facts.kernel == .known(KernelRelease(Self.release, major: 6, minor: 1)))
    #expect(facts.capabilities == .known(0x1000))
    #expect(facts.isRunning)
    #expect(facts.settings["net/ipv4/ip_forward"] == .known("1"))
    #expect(facts.settings["net/ipv4/conf/eth0.7/rp_filter"] == .known("1"))
    #expect(facts.settings["net/ipv4/vs/conntrack"] == .absent)
    #expect(facts.connectionTableBits == .absent)
    #expect(facts.kubeProxy == nil)
  }

  @Test func modulesAreInTheKernelOrOnTheDisk() async throws {
    let modules = await read(try host(["/sys/module/dummy/x": ""])).modules
    #expect(modules["ip_vs"] == .loadable && modules["ip_vs_sh"] == .loadable)
    #expect(modules["ip_vs_rr"] == .missing)
    #expect(modules["nf_tables"] == .present && modules["dummy"] == .present)
    let container = await read(try TemporaryHost()).modules
    #expect(container["ip_vs"] == .unknown)
  }

  @Test func interfacesHaveTheirAddressesAndPorts() async throws {
    let interfaces = await read(try host()).interfaces.value ?? []
    #expect(
      interfaces == [
        Interface("cni0", bridgePorts: ["veth1"]),
        Interface("eth0", addresses: [IPAddress(ipv4: 0xC0A8_0709)]),
        Interface("kube-ipvs0"),
      ])
  }

  @Test func routesOfBothFamiliesAreRead() async throws {
    #expect(
      await read(try host()).routes.map { "\($0.network) \($0.interface)" }
        == ["0.0.0.0/0 eth0", "192.168.7.0/24 eth0", "fd00:113::/64 eth0"])
  }

  @Test func whoeverManagesTheDeviceSaysSoUnderRun() async throws {
    let both = try host([
      "/run/NetworkManager/devices/5": "[device]\nmanaged=true\n",
      "/run/systemd/netif/links/5": "# private\nADMIN_STATE=configured\nOPER_STATE=off\n",
    ])
    #expect(await read(both).deviceManagers == [.networkManager, .systemdNetworkd])
    let neither = try host([
      "/run/NetworkManager/devices/5": "[device]\nmanaged=false\n",
      "/run/NetworkManager/devices/2": "[device]\nmanaged=true\n",
      "/run/systemd/netif/links/5": "ADMIN_STATE=unmanaged\n",
    ])
    #expect(await read(neither).deviceManagers == [])
  }

  @Test func theKernelIsNotAskedForWhatIsNotLoaded() async throws {
    let facts = await read(try host())
    #expect(facts.servers == .absent && facts.timeouts == .absent)
    let loaded = await read(try host(["/sys/module/ip_vs/parameters/conn_tab_bits": "12\n"]))
    #expect(loaded.servers == .known(VirtualServers()))
    #expect(loaded.timeouts == .known(NodeCheck.ConnectionTimeouts(tcp: 900, udp: 300)))
    #expect(loaded.connectionTableBits == .known(12))
  }

  @Test func serversThatNoSetRecordsAreForeignUnlessTheyAreExcluded() async throws {
    let ours = VirtualServerID(IPAddress(ipv4: 0x0A60_0001), port: 443, transport: .tcp)
    let foreign = VirtualServerID(IPAddress(ipv4: 0xC633_6407), port: 53, transport: .udp)
    let state = KernelState(
      virtualServers: [
        ours: VirtualServerState(VirtualServer(ours)), foreign: VirtualServerState(VirtualServer(foreign)),
      ],
      sets: [IPSetID(.clusterIP, .ipv4): [.addressPort(ours.address, .tcp, 443)]])
    let host = try host(["/sys/module/ip_vs/x": "", "/sys/module/ip_set/x": ""])
    #expect(
      await read(host, state: state).servers
        == .known(VirtualServers(count: 2, foreign: ["198.51.100.7:53/udp"])))
    var wanted = Wanted()
    wanted.excludedNetworks = [IPNetwork(host: foreign.address)]
    #expect(await read(host, state: state, wanted: wanted).servers == .known(VirtualServers(count: 2)))
  }

  @Test func rulesOfBothBackendsAreReadAndTheOneInUseIsKnown() async throws {
    let hint = "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n"
    let runner = ScriptedRunner([
      "iptables --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-nft --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-legacy --version": [.success("iptables v1.8.9 (legacy)\n")],
      "iptables-nft-save": [.success("*filter\n:INPUT DROP [0:0]\nCOMMIT\n")],
      "iptables-legacy-save": [.success(hint)],
      "nft list chains": [.success("table ip kube-proxy {\n}\n")],
    ])
    let facts = await read(try host(["/proc/net/ip_tables_names": "mangle\n"]), runner: runner)
    #expect(facts.iptables[.ipv4] == .known("1.8.9 (nf_tables)"))
    #expect(facts.rules.map(\.program) == ["iptables-nft", "iptables-legacy"])
    #expect(facts.rules.map(\.isInUse) == [false, true])
    #expect(facts.rules.first?.saved.value?.tables[.filter]?["INPUT"]?.policy == "DROP")
    #expect(facts.nftables == .known(NFTables(tables: ["ip kube-proxy"])))
  }

  /// Asking either backend for what isn't there would make it.
  @Test func backendsThatHoldNothingAreNotAsked() async throws {
    let host = try host(["/lib/modules/\(Self.release)/modules.builtin": ""])
    let runner = ScriptedRunner([
      "iptables --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-nft --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-legacy --version": [.success("iptables v1.8.9 (legacy)\n")],
    ])
    let facts = await read(host, runner: runner)
    #expect(facts.rules == [] && facts.nftables == .absent)
    #expect(runner.lines.allSatisfy { $0.hasSuffix("--version") })
  }

  @Test func whatCanNotBeReadHasItsReason() async throws {
    let host = try host()
    host.block("/proc/sys/net/ipv4/vs/conntrack")
    let runner = ScriptedRunner([
      "iptables --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-nft --version": [.success("iptables v1.8.9 (nf_tables)\n")],
      "iptables-nft-save": [
        .failure(.failed(program: "iptables-nft-save", status: 4, message: "you must be root"))
      ],
    ])
    let facts = await read(host, runner: runner)
    #expect(facts.settings["net/ipv4/vs/conntrack"] == .unreadable("Is a directory (errno 21)"))
    guard case .unreadable(let reason) = facts.rules.first?.saved else {
      Issue.record("\(facts.rules)")
      return
    }
    #expect(reason.contains("you must be root"))
  }
}
