import Testing

extension KernelTests {
  /// The number of rules never depends on the number of Services.
  @Suite struct RuleCount {
    /// Every tenth Service has all kinds of addresses and source ranges; each tenth of those, policy Local.
    private func service(_ number: Int) -> String {
      let name = "metadata: {name: s\(number)}"
      let clusterIP = "clusterIP: 10.97.\(number / 250).\(number % 250 + 1)"
      let ports = "ports: [{port: 80, targetPort: 8080"
      let head = "apiVersion: v1\nkind: Service\n\(name)\n"
      guard number % 10 == 0 else { return head + "spec: {\(clusterIP), \(ports)}]}" }
      let index = number / 10
      let scope = index % 10 == 0 ? "Local" : "Cluster"
      return head
        + """
        spec: {type: LoadBalancer, \(clusterIP), \(ports), nodePort: \(30000 + index)}],
          externalIPs: [192.0.2.\(index % 250 + 1)], externalTrafficPolicy: \(scope), internalTrafficPolicy: \(scope),
          loadBalancerSourceRanges: [203.0.113.\(index % 250)/32, 198.51.100.0/24],
          healthCheckNodePort: \(scope == "Local" ? 32000 + index : 0)}
        status: {loadBalancer: {ingress: [{ip: 172.30.6.\(index % 250 + 1)}]}}
        """
    }

    private func rules(_ lab: NodeLab) throws -> [String: Int] {
      var counts: [String: Int] = [:]
      for program in ["iptables-save", "ip6tables-save"] {
        counts[program] = try lab.exec([program]).lines.count
      }
      return counts
    }

    @Test func isTheSameWithOneServiceAndWithTwoThousand() throws {
      let lab = try NodeLab(
        "rules", links: ["link add node0 type dummy", "addr add 192.168.77.1/24 dev node0"])
      defer { lab.close() }
      let flags = ["--hostname-override", "node-a", "--cluster-cidr", Lab.clusterCIDR]
      try lab.write("services.yaml", service(0))
      let first = try lab.once(flags)
      #expect(first.status == 0, "\(first.errors.suffix(2000))")
      let before = try rules(lab)

      try lab.write("services.yaml", Sample.documents((0..<2000).map(service)))
      let second = try lab.once(flags)
      #expect(second.status == 0, "\(second.errors.suffix(2000))")
      #expect(try lab.exec(["ipvsadm", "-Sn"]).lines.count >= 2000)
      #expect(try rules(lab) == before)
      #expect((before["iptables-save"] ?? 0) > 10)
    }
  }
}
