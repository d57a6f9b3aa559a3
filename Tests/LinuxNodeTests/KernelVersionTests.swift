import LinuxNode
import Testing

@Suite struct KernelVersionTests {
  @Test(arguments: [
    ("6.1.0-56-amd64", KernelVersion(6, 1)), ("5.9", KernelVersion(5, 9)), ("4.18-rc1", KernelVersion(4, 18)),
  ])
  func releasesAreRead(release: String, expected: KernelVersion) {
    #expect(KernelVersion(release: release) == expected)
  }

  @Test(arguments: ["", "6", "linux", "6.x"])
  func whatIsNoReleaseIsNothing(release: String) {
    #expect(KernelVersion(release: release) == nil)
  }

  @Test func minorVersionsAreNumbers() {
    #expect(KernelVersion(5, 9) < KernelVersion(5, 10))
  }

  @Test func theRunningKernelHasAVersion() {
    #expect(KernelVersion.running != nil)
  }
}
