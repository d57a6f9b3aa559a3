import Glibc
import LinuxNode
import Reconciler
import Testing

@Suite struct ConntrackSettingsTests {
  private typealias Wanted = NodeConfiguration.KernelSettings.Conntrack

  @Test(arguments: [
    // Cores; per core, minimum; what follows.
    (2, 32768, 131072, 131072), (8, 32768, 131072, 262144), (64, 32768, 131072, 1_048_576),
    (4, 32768, 0, 131072), (64, 32768, 2_000_000, 2_000_000), (2, Int.max, 0, 1_048_576),
  ])
  func theTableHoldsSoMuchPerCoreWithinBounds(cores: Int, perCore: Int, minimum: Int, expected: Int) throws {
    let settings = ConntrackSettings(
      Wanted(maximumPerCore: perCore, minimum: minimum), files: try TemporaryHost().files, cores: cores)
    #expect(settings.maximum == expected)
  }

  @Test func withoutASizePerCoreTheTableIsLeftAlone() throws {
    let host = try TemporaryHost(Self.fresh)
    let notices = settings(host, Wanted(maximumPerCore: 0)).apply()
    #expect(notices.count == 2)
    #expect(value(host, "nf_conntrack_max") == "65536")
  }

  @Test func defaultsAreThoseThatKubeProxySets() throws {
    let host = try TemporaryHost(Self.fresh)
    let notices = settings(host, Wanted()).apply()
    #expect(
      notices == [
        Notice(.info, "net.netfilter.nf_conntrack_max was 65536, is 131072 now"),
        Notice(.info, "nf_conntrack's hashsize was 16384, is 32768 now"),
        Notice(.info, "net.netfilter.nf_conntrack_tcp_timeout_established was 432000, is 86400 now"),
        Notice(.info, "net.netfilter.nf_conntrack_tcp_timeout_close_wait was 60, is 3600 now"),
      ])
    #expect(try host.files.read(Self.hashSize) == "32768")
  }

  @Test func rightValuesAreLeftAlone() throws {
    let host = try TemporaryHost(Self.fresh)
    _ = settings(host, Wanted()).apply()
    #expect(settings(host, Wanted()).apply().isEmpty)
  }

  @Test func moreBucketsThanNeededStay() throws {
    let host = try TemporaryHost(Self.fresh)
    try host.put("65536\n", at: Self.hashSize)
    _ = settings(host, Wanted()).apply()
    #expect(try host.files.read(Self.hashSize) == "65536\n")
  }

  @Test func timeoutsAndLenienceAreSetOnRequest() throws {
    let host = try TemporaryHost(Self.fresh)
    let wanted = Wanted(
      maximumPerCore: 0, tcpEstablishedTimeout: .zero, tcpCloseWaitTimeout: .zero, tcpBeLiberal: true,
      udpTimeout: .milliseconds(1500), udpStreamTimeout: .seconds(90))
    #expect(settings(host, wanted).apply().count == 3)
    #expect(value(host, "nf_conntrack_udp_timeout") == "2")
    #expect(value(host, "nf_conntrack_udp_timeout_stream") == "90")
    #expect(value(host, "nf_conntrack_tcp_be_liberal") == "1")
    #expect(value(host, "nf_conntrack_tcp_timeout_established") == "432000")
  }

  @Test func aSizeThatCannotBeSetIsOneWarningWithItsRemedy() throws {
    let host = try TemporaryHost(Self.fresh.filter { !$0.key.hasSuffix("_max") })
    host.block("\(Self.prefix)/nf_conntrack_max")
    let warnings = settings(host, Wanted()).apply().filter { $0.severity == .warning }
    #expect(warnings.count == 1)
    #expect(warnings.first?.text.contains("only the host's own network namespace can change it") == true)
    #expect(try host.files.read(Self.hashSize) == "16384\n")
  }

  @Test func withoutConnectionTrackingTheWarningsNameTheModule() throws {
    let notices = settings(try TemporaryHost(), Wanted()).apply()
    #expect(notices.map(\.severity) == [.warning, .warning, .warning])
    #expect(notices.allSatisfy { $0.text.hasSuffix("modprobe nf_conntrack") })
  }

  private func settings(_ host: TemporaryHost, _ wanted: Wanted) -> ConntrackSettings {
    ConntrackSettings(wanted, files: host.files, cores: 2)
  }

  private func value(_ host: TemporaryHost, _ name: String) -> String? {
    Sysctl(host.files).value("net/netfilter/\(name)")
  }

  private static let prefix = "/proc/sys/net/netfilter"
  private static let hashSize = "/sys/module/nf_conntrack/parameters/hashsize"
  private static let fresh = [
    "\(prefix)/nf_conntrack_max": "65536\n",
    "\(prefix)/nf_conntrack_tcp_timeout_established": "432000\n",
    "\(prefix)/nf_conntrack_tcp_timeout_close_wait": "60\n",
    "\(prefix)/nf_conntrack_tcp_be_liberal": "0\n",
    "\(prefix)/nf_conntrack_udp_timeout": "30\n",
    "\(prefix)/nf_conntrack_udp_timeout_stream": "120\n",
    hashSize: "16384\n",
  ]
}
