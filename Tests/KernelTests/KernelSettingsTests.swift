import Addressing
import LinuxNode
import Netlink
import Reconciler
import Testing

extension KernelTests {
  /// Settings that only a kernel with IPVS has.
  @Suite struct KernelSettings {
    @Test func ipvsTimeoutsAreSetWhereTheyDiffer() async throws {
      let namespace = try Namespace("timeouts")
      let timeouts = try namespace.inside {
        ConnectionTimeouts(.init(tcp: .seconds(86400), udp: .seconds(250)), kernel: NetlinkKernel())
      }

      let notices = await timeouts.apply().filter { $0.severity == .info }

      #expect(
        notices == [
          Notice(.info, "IPVS timeouts (tcp, tcpfin, udp) were 900 120 300 s, are 86400 120 250 s now")
        ])
      let shown = try namespace.run("ipvsadm", "-l", "--timeout").output
      #expect(shown.contains("86400 120 250"))
      #expect(await timeouts.apply().filter { $0.severity == .info }.isEmpty)
    }

    @Test func strictARPIsSet() throws {
      let namespace = try Namespace("arp")
      let settings = SystemSettings(families: [.ipv4], strictARP: true)

      _ = try namespace.inside { try settings.apply() }

      let prefix = "net.ipv4.conf.all.arp"
      #expect(
        try namespace.run("sysctl", "-n", "\(prefix)_ignore", "\(prefix)_announce").lines == ["1", "2"])
      #expect(try namespace.inside { try settings.apply() }.isEmpty)
    }
  }
}
