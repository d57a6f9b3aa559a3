import LinuxNode
import Testing

@Suite struct ModulesTests {
  @Test func whatDoesNotShowIsLoadedAtOnce() async throws {
    let host = try TemporaryHost([
      "/sys/module/ip_vs/refcnt": "1", "/sys/module/nf_conntrack/refcnt": "1", "/sys/module/dummy/x": "",
      "/sys/module/xt_set/x": "", "/sys/module/ip_set/x": "", "/sys/module/ip_set_hash_ip/x": "",
    ])
    let runner = ScriptedRunner([:])
    await Modules(runner: runner, files: host.files).load(scheduler: "wlc")
    #expect(
      runner.lines == [
        "modprobe -a ip_vs_wlc ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_bitmap_port"
      ])
  }

  @Test func onlyIPVSIsAskedForAgain() async throws {
    let host = try TemporaryHost()
    let runner = ScriptedRunner([:])
    let modules = Modules(runner: runner, files: host.files)
    await modules.load(scheduler: "rr")
    await modules.load(scheduler: "rr")
    #expect(runner.lines.last == "modprobe -a ip_vs")
  }

  @Test func nothingRunsOnceAllWasAskedForAndIPVSIsThere() async throws {
    let host = try TemporaryHost()
    let runner = ScriptedRunner([:])
    let modules = Modules(runner: runner, files: host.files)
    await modules.load(scheduler: "rr")
    try host.put("", at: "/proc/net/ip_vs")
    await modules.load(scheduler: "rr")
    #expect(runner.lines.count == 1)
  }

  @Test(arguments: ["/proc/net/ip_vs", "/proc/sys/net/ipv4/vs/conntrack", "/sys/module/ip_vs/refcnt"])
  func ipvsBuiltInShowsInSeveralPlaces(path: String) throws {
    let host = try TemporaryHost([path: ""])
    #expect(Modules(runner: ScriptedRunner([:]), files: host.files).isPresent("ip_vs"))
  }
}

@Suite struct PrerequisitesTests {
  @Test func aCapableNodeMissesNothing() async throws {
    #expect(await missing(try host()).isEmpty)
  }

  @Test func withoutNetAdminNothingCanBeChanged() async throws {
    // Everything but bit 12.
    let host = try host(capabilities: "000001ffffffefff")
    #expect(await missing(host).map(\.name) == ["CAP_NET_ADMIN"])
  }

  @Test func aKernelWithoutIPVSIsNamedWithTheRemedy() async throws {
    let host = try TemporaryHost(["/proc/self/status": "CapEff:\t000001ffffffffff\n"])
    let missing = await missing(host)
    #expect(missing.map(\.name) == ["ip_vs"])
    #expect(missing.first?.remedy.contains("modprobe ip_vs") == true)
  }

  @Test func aSchedulerTheKernelRefusesIsMissing() async throws {
    let trials = Prerequisites.Trials(scheduler: { $0 != "foo" })
    #expect(await missing(try host(), scheduler: "foo", trials).map(\.name) == ["ip_vs_foo"])
  }

  @Test func aDummyDeviceTheKernelRefusesIsMissing() async throws {
    let trials = Prerequisites.Trials(dummyDevice: { false })
    #expect(await missing(try host(), trials).map(\.name) == ["dummy"])
  }

  private func host(capabilities: String = "000001ffffffffff") throws -> TemporaryHost {
    try TemporaryHost([
      "/proc/self/status": "Name:\tipvs-proxy\nCapPrm:\t0000000000000000\nCapEff:\t\(capabilities)\n",
      "/proc/net/ip_vs": "IP Virtual Server version 1.2.1 (size=4096)\n",
    ])
  }

  private func missing(
    _ host: TemporaryHost, scheduler: String = "rr", _ trials: Prerequisites.Trials = .init()
  ) async -> [MissingPrerequisite] {
    await Prerequisites(files: host.files, trials: trials).missing(scheduler: scheduler)
  }
}
