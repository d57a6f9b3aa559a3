import Addressing
import Glibc
import LinuxNode
import Reconciler
import Testing

@Suite struct SystemSettingsTests {
  @Test func rightValuesAreLeftAlone() throws {
    let host = try TemporaryHost(Self.right)
    #expect(try settings(host).apply().isEmpty)
    // A write would have cost the line end.
    for (path, text) in Self.right { #expect(try host.files.read(path) == text) }
  }

  @Test func wrongValuesAreSetAndReportedWithTheOldOne() throws {
    let host = try TemporaryHost(Self.right)
    try host.put("0\n", at: "/proc/sys/net/ipv4/ip_forward")
    #expect(try settings(host).apply() == [Notice(.info, "net.ipv4.ip_forward was 0, is 1 now")])
    #expect(try host.files.read("/proc/sys/net/ipv4/ip_forward") == "1")
  }

  @Test(arguments: [
    ("ip_forward", "sysctl -w net.ipv4.ip_forward=1"), ("vs/conntrack", "modprobe ip_vs"),
  ])
  func whatTrafficNeedsAndCannotBeHadIsAnErrorWithItsRemedy(key: String, remedy: String) throws {
    let host = try TemporaryHost(Self.right.filter { !$0.key.hasSuffix(key) })
    let error = #expect(throws: KernelError.self) { try settings(host).apply() }
    #expect(error?.errno == ENOENT)
    #expect(error?.hint.hasSuffix(remedy) == true)
  }

  @Test(arguments: ["expire_nodest_conn", "expire_quiescent_template"])
  func whatIsOnlyUsefulAndCannotBeHadIsAWarning(key: String) throws {
    let host = try TemporaryHost(Self.right.filter { !$0.key.hasSuffix(key) })
    host.block("/proc/sys/net/ipv4/vs/\(key)")
    #expect(try settings(host).apply().map(\.severity) == [.warning])
  }

  @Test(arguments: [(KernelVersion(4, 1), "0"), (KernelVersion(5, 8), "0"), (KernelVersion(5, 9), "1")])
  func connectionReuseIsSwitchedOffOnlyWhereItHarms(kernel: KernelVersion, expected: String) throws {
    let host = try TemporaryHost(Self.right)
    _ = try settings(host, kernel: kernel).apply()
    #expect(Sysctl(host.files).value("net/ipv4/vs/conn_reuse_mode") == expected)
  }

  @Test func kernelsWithoutTheReuseSettingGetAWarning() throws {
    let host = try TemporaryHost(Self.right)
    #expect(try settings(host, kernel: KernelVersion(4, 0)).apply().map(\.severity) == [.warning])
    #expect(Sysctl(host.files).value("net/ipv4/vs/conn_reuse_mode") == "1")
  }

  @Test func strictARPIsSetOnRequest() throws {
    let host = try TemporaryHost(Self.right.merging(Self.looseARP) { $1 })
    let settings = SystemSettings(
      families: [.ipv4], strictARP: true, files: host.files, kernel: KernelVersion(6, 1))
    #expect(
      try settings.apply() == [
        Notice(.info, "net.ipv4.conf.all.arp_ignore was 0, is 1 now"),
        Notice(.info, "net.ipv4.conf.all.arp_announce was 0, is 2 now"),
      ])
  }

  @Test func withoutStrictARPTheValuesAreLeftAlone() throws {
    let host = try TemporaryHost(Self.right.merging(Self.looseARP) { $1 })
    #expect(try settings(host).apply().isEmpty)
    #expect(Sysctl(host.files).value("net/ipv4/conf/all/arp_ignore") == "0")
  }

  @Test func settingsAreNamedAsSysctlPrintsThem() {
    #expect(Sysctl.name("net/ipv6/conf/eth0.5/accept_ra") == "net.ipv6.conf.eth0/5.accept_ra")
  }

  private func settings(_ host: TemporaryHost, kernel: KernelVersion = KernelVersion(6, 1)) -> SystemSettings
  {
    SystemSettings(families: [.ipv4], files: host.files, kernel: kernel)
  }

  private static let looseARP = [
    "/proc/sys/net/ipv4/conf/all/arp_ignore": "0\n",
    "/proc/sys/net/ipv4/conf/all/arp_announce": "0\n",
  ]

  private static let right = [
    "/proc/sys/net/ipv4/ip_forward": "1\n",
    "/proc/sys/net/ipv4/vs/conntrack": "1\n",
    "/proc/sys/net/ipv4/vs/expire_nodest_conn": "1\n",
    "/proc/sys/net/ipv4/vs/expire_quiescent_template": "1\n",
    "/proc/sys/net/ipv4/vs/conn_reuse_mode": "1\n",
  ]
}
