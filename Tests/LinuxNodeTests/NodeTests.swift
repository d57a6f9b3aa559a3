import Addressing
import Glibc
import LinuxNode
import Testing

@Suite struct EnabledFamiliesTests {
  @Test func ipv6IsServedWhereTheKernelHasIt() throws {
    let host = try TemporaryHost([
      "/proc/net/if_inet6": "", "/proc/sys/net/ipv6/conf/all/disable_ipv6": "0\n",
    ])
    #expect(EnabledFamilies.detect(host.files) == [.ipv4, .ipv6])
  }

  @Test func ipv6SwitchedOffIsNotServed() throws {
    let host = try TemporaryHost([
      "/proc/net/if_inet6": "", "/proc/sys/net/ipv6/conf/all/disable_ipv6": "1\n",
    ])
    #expect(EnabledFamilies.detect(host.files) == [.ipv4])
  }

  @Test func aKernelWithoutIPv6ServesIPv4() throws {
    #expect(EnabledFamilies.detect(try TemporaryHost().files) == [.ipv4])
  }
}

@Suite struct InstanceLockTests {
  @Test func aSecondInstanceIsTold() throws {
    let name = uniqueName()
    let first = try InstanceLock(name: name)
    #expect(throws: InstanceLock.Failure.alreadyRunning) { try InstanceLock(name: name) }
    withExtendedLifetime(first) {}
  }

  @Test func theNextInstanceStartsWhenTheFirstIsGone() throws {
    let name = uniqueName()
    do { _ = try InstanceLock(name: name) }
    #expect(throws: Never.self) { try InstanceLock(name: name) }
  }

  @Test func aNameTooLongForASocketIsRefused() {
    #expect(throws: InstanceLock.Failure.refused(errno: ENAMETOOLONG)) {
      try InstanceLock(name: String(repeating: "x", count: 200))
    }
  }

  private func uniqueName() -> String { "ipvs-proxy-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))" }
}

@Suite struct HostFilesTests {
  @Test func filesLongerThanOneReadComeWhole() throws {
    let text = String(repeating: "0123456789", count: 2000)
    let host = try TemporaryHost(["/proc/long": text])
    #expect(try host.files.read("/proc/long") == text)
  }

  @Test func aMissingFileIsNamedWithItsError() throws {
    let host = try TemporaryHost()
    #expect(throws: HostFiles.Failure(path: "/proc/none", errno: ENOENT)) {
      try host.files.read("/proc/none")
    }
  }

  @Test func namesComeSorted() throws {
    let host = try TemporaryHost(["/d/b": "", "/d/a": "", "/d/c/x": ""])
    #expect(host.files.names(in: "/d") == ["a", "b", "c"])
  }
}
