import Glibc
import LinuxNode
import Testing

@Suite struct RunningKubeProxyTests {
  private static let ours = "net:[4026531840]"
  private static let anothers = "net:[4026532001]"

  /// A process of a made-up /proc.
  private struct Process {
    let number: Int32
    var name = "sh"
    /// Apart by blanks, where the file has NULs.
    var arguments = "/bin/sh"
    var namespace = ours
  }

  private func find(_ processes: Process...) throws -> RunningKubeProxy? {
    let host = try TemporaryHost(["/proc/cpuinfo": "", "/proc/sys/kernel/ostype": "Linux\n"])
    try host.link("/proc/thread-self/ns/net", to: Self.ours)
    for process in processes {
      try host.put(process.name + "\n", at: "/proc/\(process.number)/comm")
      let arguments = process.arguments.split(separator: " ").map { $0 + "\0" }.joined()
      try host.put(arguments, at: "/proc/\(process.number)/cmdline")
      try host.link("/proc/\(process.number)/ns/net", to: process.namespace)
    }
    return RunningKubeProxy.find(host.files)
  }

  @Test(arguments: [
    ("kube-proxy", "kube-proxy --config=/var/lib/kube-proxy/config.conf"),
    ("exe", "/usr/local/bin/kube-proxy --v=2"), ("kube-proxy", ""),
  ])
  func itIsKnownByItsNameOrByHowItWasStarted(name: String, arguments: String) throws {
    let found = try find(Process(number: 1), Process(number: 77, name: name, arguments: arguments))
    #expect(found == RunningKubeProxy(processID: 77))
  }

  @Test(arguments: [
    ("kube-proxy-ctl", "/usr/bin/kube-proxy-ctl"), ("vi", "vi /etc/kube-proxy"), ("kthreadd", ""),
    ("sh", "/var/lib/kube-proxy/run.sh"),
  ])
  func whatOnlyResemblesItIsPassedOver(name: String, arguments: String) throws {
    #expect(try find(Process(number: 77, name: name, arguments: arguments)) == nil)
  }

  @Test func oneInANetworkNamespaceOfItsOwnIsAnotherNodes() throws {
    let other = Process(number: 5, name: "kube-proxy", namespace: Self.anothers)
    #expect(try find(other) == nil)
    #expect(try find(other, Process(number: 10, name: "kube-proxy"))?.processID == 10)
  }

  @Test func ofSeveralTheLowestNumberIsNamed() throws {
    let found = try find(Process(number: 100, name: "kube-proxy"), Process(number: 9, name: "kube-proxy"))
    #expect(found?.processID == 9)
  }

  @Test func oneWhoseNamespaceCanNotBeReadCountsAsThisNodes() throws {
    // Root may read every link: a file in its place gives EINVAL where others get EACCES.
    let host = try TemporaryHost(["/proc/5/comm": "kube-proxy\n", "/proc/5/ns/net": ""])
    try host.link("/proc/thread-self/ns/net", to: Self.ours)
    #expect(RunningKubeProxy.find(host.files)?.processID == 5)
  }

  @Test func aProcessThatEndsMeanwhileIsPassedOver() throws {
    let host = try TemporaryHost(["/proc/5/comm": "kube-proxy\n"])
    try host.link("/proc/thread-self/ns/net", to: Self.ours)
    host.block("/proc/6/comm")
    #expect(RunningKubeProxy.find(host.files) == nil)
  }

  @Test func withoutProcNothingIsFound() throws {
    #expect(RunningKubeProxy.find(try TemporaryHost().files) == nil)
  }

  @Test func theSentenceNamesTheProcessAndTheRemedy() {
    let text = "\(RunningKubeProxy(processID: 4711))"
    #expect(text.contains("process 4711") && text.contains("stop it first"))
  }
}
