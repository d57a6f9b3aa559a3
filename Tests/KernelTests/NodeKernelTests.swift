import Addressing
import LinuxNode
import Reconciler
import Testing

extension KernelTests {
  /// What the node's part does beyond the contract, on the real kernel. None of it needs IPVS.
  @Suite struct NodeKernel {
    private func ips(_ texts: String...) -> Set<IPAddress> { Set(texts.compactMap { IPAddress($0) }) }

    @Test(.timeLimit(.minutes(5)))
    func addressesThatComeAndGoAreTold() async throws {
      let namespace = try Namespace("addresses")
      try namespace.run("ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1")
      try namespace.run("ip", "addr", "add", "192.0.2.1/24", "dev", "a0")
      let watcher = try namespace.inside { NodeAddressWatcher() }
      let stream = try namespace.inside { watcher.addresses() }
      var changes = stream.makeAsyncIterator()
      #expect(await changes.next() == ips("192.0.2.1"))

      try namespace.run("ip", "addr", "add", "192.0.2.2/24", "dev", "a0")
      #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2"))
      try namespace.run("ip", "addr", "add", "2001:db8::1/64", "dev", "a1", "nodad")
      #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2", "2001:db8::1"))
      try namespace.run("ip", "addr", "del", "192.0.2.2/24", "dev", "a0")
      #expect(await changes.next() == ips("192.0.2.1", "2001:db8::1"))
      try namespace.run("ip", "link", "del", "a0")
      #expect(await changes.next() == [])
      #expect(try await watcher.current().isEmpty)
    }

    @Test(.timeLimit(.minutes(5)))
    func anAddressCountsOnceNobodyElseHasIt() async throws {
      let namespace = try Namespace("dad")
      try namespace.run("ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1")
      try namespace.run("ip", "link", "set", "a1", "up")
      try namespace.run("ip", "link", "set", "a0", "up")
      let watcher = try namespace.inside { NodeAddressWatcher() }
      let stream = try namespace.inside { watcher.addresses() }
      var changes = stream.makeAsyncIterator()
      #expect(await changes.next() == [])

      try namespace.run("ip", "addr", "add", "2001:db8::1/64", "dev", "a0")
      #expect(try await watcher.current().isEmpty)
      #expect(await changes.next() == ips("2001:db8::1"))
    }

    @Test func aSetOf70_000MembersWorksAndRulesGoOnMatching() async throws {
      let namespace = try Namespace("growth")
      let kernel = try namespace.inside { NetlinkKernel() }
      _ = try await kernel.ensureSets([.ipv4])
      let set = IPSetID(.clusterIP, .ipv4)
      try namespace.run("iptables", "-A", "INPUT", "-m", "set", "--match-set", set.name, "dst,dst")
      let entries = (0..<70_000).map {
        IPSetEntry(set, .addressPort(IPAddress(ipv4: 0x0A60_0000 + UInt32($0)), .tcp, 80))
      }

      var failures = 0
      for start in stride(from: 0, to: entries.count, by: 10_000) {
        let errors = await kernel.apply(entries[start..<start + 10_000].map { .addMember($0) })
        failures += errors.count { $0 != nil }
      }

      #expect(failures == 0)
      #expect(try await kernel.observe([.ipv4]).sets[set]?.count == 70_000)
      let header = try namespace.run("ipset", "list", "-t", set.name).output
      #expect(header.contains("maxelem 131072"))
      #expect(header.contains("References: 1"))
      #expect(try namespace.run("ipset", "list", "-n").lines.count == IPSetKind.allCases.count)
      // As every resync does.
      #expect(try await kernel.ensureSets([.ipv4]).isEmpty)
    }

    @Test func setsOfOtherKindsGrowToo() async throws {
      let namespace = try Namespace("kinds")
      let kernel = try namespace.inside { NetlinkKernel() }
      _ = try await kernel.ensureSets([.ipv4, .ipv6])
      let address = try #require(IPAddress("fd00::1"))
      for (kind, member) in [
        (IPSetKind.loopBack, { IPSetMember.addressPortAddress(address, .udp, $0, address) }),
        (.loadBalancerSourceCIDR, { .addressPortNetwork(address, .udp, $0, IPNetwork(host: address)) }),
      ] as [(IPSetKind, (UInt16) -> IPSetMember)] {
        let set = IPSetID(kind, .ipv6)
        // Made anew as small as it can be: it is full at its second member.
        try namespace.run("ipset", "destroy", set.name)
        try namespace.run(
          "ipset", "create", set.name, kind.type.rawValue, "family", "inet6", "maxelem", "1")
        _ = try await kernel.ensureSets([.ipv6])

        let errors = await kernel.apply((1...9).map { .addMember(IPSetEntry(set, member($0))) })

        #expect(errors.allSatisfy { $0 == nil })
        #expect(try await kernel.observe([.ipv6]).sets[set] == IPSetMembers((1...9).map { member($0) }))
      }
    }

    @Test func onlyUDPFlowsToTheVirtualServersAreForgotten() async throws {
      let namespace = try Namespace("flows")
      let kernel = try namespace.inside { NetlinkKernel() }
      for (transport, destination, port) in [
        ("udp", "10.96.0.10", 53), ("udp", "10.96.0.10", 54), ("udp", "10.96.0.11", 53),
        ("tcp", "10.96.0.10", 53), ("udp", "fd00::a", 53), ("udp", "fd00::b", 53),
      ] {
        let source = destination.contains(":") ? "fd00:10::9" : "10.244.0.9"
        try namespace.run(
          [
            "conntrack", "-I", "-p", transport, "-s", source, "-d", destination, "--sport", "40000",
            "--dport", "\(port)", "-t", "100", "--zone", "\(port == 54 ? 3 : 0)",
          ] + (transport == "tcp" ? ["--state", "ESTABLISHED"] : []))
      }
      let ids = ["10.96.0.10", "fd00::a"].compactMap { IPAddress($0) }.map {
        VirtualServerID($0, port: 53, transport: .udp)
      }

      #expect(try await kernel.forgetUDPFlows(of: ids) == 2)

      let left = try namespace.run("conntrack", "-L").lines.map(flow)
      #expect(
        left.sorted() == [
          "tcp 10.96.0.10 53", "udp 10.96.0.10 54", "udp 10.96.0.11 53", "udp fd00::b 53",
        ])
      let zoned = [VirtualServerID(try #require(IPAddress("10.96.0.10")), port: 54, transport: .udp)]
      #expect(try await kernel.forgetUDPFlows(of: zoned) == 1)
    }

    /// "udp 10.96.0.10 53" of a line of conntrack(8).
    private func flow(_ line: String) -> String {
      let words = line.split(separator: " ")
      let values = ["dst=", "dport="].map { key in
        words.first { $0.hasPrefix(key) }?.dropFirst(key.count) ?? "?"
      }
      return "\(words.first ?? "?") \(values[0]) \(values[1])"
    }

    @Test func conntrackTimeoutsAreSetAndTheTableSizeIsTheHosts() throws {
      let namespace = try Namespace("ct")
      let notices = try namespace.inside {
        ConntrackSettings(.init(maximumPerCore: 32768, minimum: 99_999, tcpBeLiberal: true), cores: 1).apply()
      }
      #expect(notices.map(\.severity) == [.warning, .info, .info, .info])
      #expect(notices[0].text.contains("only the host's own network namespace can change it"))
      let again = try namespace.inside {
        ConntrackSettings(.init(maximumPerCore: 0, tcpBeLiberal: true)).apply()
      }
      #expect(again.isEmpty)
      let prefix = "net.netfilter.nf_conntrack_tcp"
      let values = try namespace.run(
        "sysctl", "-n", "\(prefix)_timeout_established", "\(prefix)_timeout_close_wait",
        "\(prefix)_be_liberal")
      #expect(values.lines == ["86400", "3600", "1"])
    }
  }
}
