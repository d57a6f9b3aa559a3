import Addressing
import Glibc
import Testing

extension KernelTests {
  /// S8 of kube-proxy's defects: it compares a set's members as texts. ipset lists a range of a single host without the
  /// prefix length that kube-proxy writes, so that each sync takes the range out and puts it in again, and its clients
  /// are locked out in between.
  @Suite struct SingleHostRange {
    private static let address = "198.51.100.50"
    private static let set = "KUBE-LOAD-BALANCER-SOURCE-CIDR"
    private static let member = "\(address),tcp:80,\(Lab.clientAddress)/32"

    private func serving(_ name: String) throws -> Lab {
      let lab = try Lab(name)
      for number in 1...2 { try lab.addPod(number) }
      try lab.write(
        "web.yaml",
        Sample.documents([
          Sample.service(
            "web", "10.96.1.1",
            extra: "  type: LoadBalancer\n  loadBalancerSourceRanges: [\(Lab.clientAddress)/32]\n"
              + "status: {loadBalancer: {ingress: [{ip: \(Self.address)}]}}"), Sample.pod(1, app: "web"),
          Sample.service("other", "10.96.1.2"),
        ]))
      return lab
    }

    /// How many of its attempts a client of the range didn't get through with while `sync` ran.
    private func refusals(_ lab: Lab, during sync: () throws -> Void) throws -> Int {
      let knocking = Knocking(from: lab.client, at: try #require(IPAddress(Self.address)), port: 80)
      defer { _ = knocking.stop() }
      try sync()
      let counts = knocking.stop()
      #expect(counts.answered > 5, "too few attempts to say anything")
      return counts.refused
    }

    @Test func aSyncLocksNobodyOut() throws {
      let lab = try serving("hole")
      defer { lab.close() }
      let program = try lab.start(["--ipvs-sync-period", "1s"])
      func isServed() throws -> Bool { try lab.virtualServers().contains("-A -t 10.96.1.2:80 -s rr") }
      #expect(try lab.eventually(120) { try isServed() }, "\(program.errors)")
      #expect(try Client.ask(from: lab.client, Self.address, 80).hasPrefix("pod1"))
      // The ranges are in force: who isn't in them gets nothing.
      #expect(throws: SocketError.self) {
        try Client.ask(from: lab.podName(2), Self.address, 80, timeout: 1)
      }

      let ours = try refusals(lab) {
        for _ in 1...4 {
          // Comes back with the next sync.
          _ = try lab.exec(["ipvsadm", "-D", "-t", "10.96.1.2:80"])
          #expect(try lab.eventually(120) { try isServed() }, "\(program.errors)")
        }
      }
      #expect(ours == 0)
      program.signal(SIGTERM)
      program.waitForExit()

      var writes: [Int] = []
      let kubeProxy = try refusals(lab) {
        for _ in 1...12 { writes.append(try syncAsKubeProxy(lab)) }
      }
      #expect(writes == Array(repeating: 2, count: 12), "the mutant must never come to rest")
      #expect(kubeProxy > 0, "the mutant must lock its clients out")
    }

    /// syncIPSetEntries of pkg/proxy/ipvs/ipset.go, with the ipset program as there.
    /// - Returns: how often it wrote.
    private func syncAsKubeProxy(_ lab: Lab) throws -> Int {
      let wanted: Set = [Self.member]
      let listed = Set(
        try lab.exec(["ipset", "list", Self.set]).lines.drop { $0 != "Members:" }.dropFirst())
      for member in listed.subtracting(wanted) { _ = try lab.exec(["ipset", "del", Self.set, member]) }
      for member in wanted.subtracting(listed) {
        _ = try lab.exec(["ipset", "add", Self.set, member, "-exist"])
      }
      return listed.symmetricDifference(wanted).count
    }
  }
}
