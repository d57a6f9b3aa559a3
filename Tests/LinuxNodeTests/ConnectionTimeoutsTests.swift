import Glibc
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

@Suite struct ConnectionTimeoutsTests {
  private typealias Wanted = NodeConfiguration.KernelSettings.IPVSTimeouts

  @Test func zeroKeepsTheKernelsValues() async throws {
    let node = Node()
    #expect(try await apply(node, Wanted()).isEmpty)
    #expect(node.fake.requests == [.genericFamily, .ipvs(.getTimeouts)])
  }

  @Test func whatDiffersIsSetAndReportedWithTheOldValues() async throws {
    let node = Node()
    let notices = try await apply(node, Wanted(tcp: .seconds(1800), udp: .seconds(300)))
    #expect(
      notices == [
        Notice(.info, "IPVS timeouts (tcp, tcpfin, udp) were 900 120 300 s, are 1800 120 300 s now")
      ])
    #expect(node.fake.model.timeouts.tcp == 1800)
    #expect(node.fake.requests.last == .ipvs(.setTimeouts(IPVSTimeouts(tcp: 1800))))
  }

  @Test func rightValuesAreNotWritten() async throws {
    let node = Node()
    let notices = try await apply(
      node, Wanted(tcp: .seconds(900), tcpFin: .seconds(120), udp: .seconds(300)))
    #expect(notices.isEmpty)
    #expect(node.fake.requests == [.genericFamily, .ipvs(.getTimeouts)])
  }

  @Test func whatTheKernelRefusesIsAWarning() async throws {
    let node = Node()
    node.fake.refuse { if case .ipvs(.setTimeouts) = $0 { EINVAL } else { nil } }
    let notices = try await apply(node, Wanted(tcp: .seconds(1800)))
    #expect(notices.map(\.severity) == [.warning])
    #expect(notices.first?.text.contains("ipvsadm --set 1800 0 0") == true)
  }

  @Test func connectionTrackingThatOutlivesIPVSIsAWarningWithBothRemedies() async throws {
    let notices = try await apply(Node(), Wanted(), established: 86400)
    #expect(notices.map(\.severity) == [.warning])
    let text = try #require(notices.first?.text)
    #expect(text.contains("after 900 s") && text.contains("after 86400 s"))
    #expect(text.contains("--ipvs-tcp-timeout=86400s"))
    #expect(text.contains("--conntrack-tcp-timeout-established=900s"))
  }

  @Test func timeoutsThatAreAlignedAreNoWarning() async throws {
    let notices = try await apply(Node(), Wanted(tcp: .seconds(86400)), established: 86400)
    #expect(notices.map(\.severity) == [.info])
  }

  @Test func udpFlowsThatOutliveIPVSAreAWarning() async throws {
    let notices = try await apply(Node(), Wanted(udp: .seconds(60)), established: 600)
    #expect(notices.map(\.severity) == [.info, .warning])
    #expect(notices.last?.text.contains("--ipvs-udp-timeout=120s") == true)
  }

  private func apply(_ node: Node, _ wanted: Wanted, established: Int = 900) async throws -> [Notice] {
    let host = try TemporaryHost([
      "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established": "\(established)\n",
      "/proc/sys/net/netfilter/nf_conntrack_udp_timeout": "30\n",
      "/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream": "120\n",
    ])
    return await ConnectionTimeouts(wanted, kernel: node.kernel, files: host.files).apply()
  }
}
