import Addressing
import FoundationEssentials
import LinuxNode
import Reconciler
import Testing

@testable import IpvsProxy

@Suite struct SupportBundleTests {
  private let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"

  @Test(arguments: [
    "token: hunter2", "    token: hunter2", "  \"token\": \"hunter2\",", "--token=hunter2",
    "flags --token hunter2",
    "client-key-data: hunter2", "certificate-authority-data: hunter2", "password: hunter2",
    "Authorization: Bearer hunter2", "sent Bearer hunter2 to the server",
    "https://admin:hunter2@10.0.0.1:6443/api",
    "token: |\n    hunter2\n    hunter2", "idToken=hunter2",
    "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
    "{\"user\":{\"password\":\"hunter2\"}}",
    "-----BEGIN CERTIFICATE-----\nhunter2",
  ]) func noKindOfSecretStays(text: String) {
    let redacted = Redaction.redacted("before\n\(text)")
    #expect(!redacted.contains("hunter2"), "\(redacted)")
    #expect(redacted.hasPrefix("before\n"))
  }

  @Test func webTokensGoWhereverTheyStand() {
    for text in ["x=\(token)", "header \(token) end", "\"\(token)\""] {
      #expect(!Redaction.redacted(text).contains("eyJ"))
    }
  }

  @Test(arguments: [
    "kubeconfig: /var/lib/kube-proxy/kubeconfig.conf", "ipvsadm -A -t 10.96.0.1:443 -s rr",
    "the token in /var/run/secrets was renewed", "http://127.0.0.1:10249/metrics", "mail a@b://c", "",
    "tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token",
  ]) func whatIsNoSecretStays(text: String) {
    #expect(Redaction.redacted(text) == text)
  }

  @Test func whatFollowsASecretStays() {
    #expect(Redaction.redacted("token: |\n  a\n\n  b\nmode: ipvs") == "token: [removed]\nmode: ipvs")
    #expect(
      Redaction.redacted("a\n-----BEGIN KEY-----\nx\n-----END KEY-----\nb") == "a\n[removed]\nb")
  }

  @Test func theKernelsStateIsInTheWordsOfItsTools() throws {
    let id = VirtualServerID(IPAddress(ipv4: 0x0A60_0001), port: 443, transport: .tcp)
    let server = RealServer(
      RealServerID(IPAddress(ipv4: 0x0AF4_0005), port: 6443), weight: 1)
    let state = KernelState(
      virtualServers: [id: VirtualServerState(VirtualServer(id), realServers: [server])],
      addresses: [id.address],
      sets: [
        IPSetID(.clusterIP, .ipv4): [.addressPort(id.address, .tcp, 443)], IPSetID(.loopBack, .ipv4): [],
      ])
    #expect(
      KernelTexts.virtualServers(state)
        == "ipvsadm -A -t 10.96.0.1:443 -s rr\nipvsadm -a -t 10.96.0.1:443 -r 10.244.0.5:6443 -m -w 1\n")
    #expect(KernelTexts.addresses(state) == "ip addr add 10.96.0.1/32 dev kube-ipvs0\n")
    #expect(
      KernelTexts.sets(state)
        == "ipset create KUBE-CLUSTER-IP hash:ip,port\nipset add KUBE-CLUSTER-IP 10.96.0.1,tcp:443\n"
        + "ipset create KUBE-LOOP-BACK hash:ip,port,ip\n")
  }

  @Test func ofTheRulesOnlyThoseOfServicesStay() {
    let saved = """
      # by iptables-save
      *filter
      :INPUT DROP [0:0]
      :MINE - [0:0]
      :KUBE-FORWARD - [0:0]
      -A INPUT -s 10.9.9.9 -j MINE
      -A FORWARD -j KUBE-FORWARD
      COMMIT
      """
    #expect(
      KernelTexts.rules(saved: saved)
        == "*filter\n:INPUT DROP [0:0]\n:KUBE-FORWARD - [0:0]\n-A FORWARD -j KUBE-FORWARD\nCOMMIT\n")
  }

  /// With a kubeconfig full of secrets, and programs that print some.
  @Test func noSecretLandsInABundle() async throws {
    let folder = try TemporaryDirectory()
    try folder.write("users:\n- user:\n    token: hunter2\n", to: "kubeconfig")
    let flags = [
      "--kubeconfig", "\(folder.path)/kubeconfig", "--master", "https://admin:hunter2@10.0.0.1:6443",
      "--metrics-bind-address", "127.0.0.1:1", "--healthz-bind-address", "",
    ]
    let contents = BundleContents(
      configuration: try #require(try? Options(flags, of: .supportBundle).configuration), flags: flags,
      runner: TalkativeRunner(), program: "ipvs-proxy")
    let files = await contents.gather()
    for file in files { #expect(!file.text.contains("hunter2"), "\(file.name): \(file.text)") }
    let names = Set(files.map(\.name))
    for name in ["about.txt", "config.yaml", "check.json", "plan.txt", "metrics.txt", "log.txt"] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(files.first { $0.name == "about.txt" }?.text.contains("\(folder.path)/kubeconfig") == true)
    #expect(files.first { $0.name == "log.txt" }?.text == "the log of journald\nAuthorization: [removed]")
    #expect(files.first { $0.name == "healthz.txt" }?.text == "switched off by the configuration\n")
  }

  @Test func theArchiveIsItsOwnersAlone() async throws {
    let folder = try TemporaryDirectory()
    let staging = try StagingFolder(in: folder.path)
    try staging.write([
      BundleContents.File("about.txt", "hello\n"), BundleContents.File("kernel/ipset.txt", "x\n"),
    ])
    let archive = "\(folder.path)/b.tar.gz"
    try await staging.pack(into: archive, SubprocessRunner())
    staging.remove()
    let attributes = try FileManager.default.attributesOfItem(atPath: archive)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let listing = try await SubprocessRunner().run(Command("tar", ["-tzf", archive]))
    #expect(listing.contains("ipvs-proxy-support/kernel/ipset.txt"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.tar.gz"])
    let second = try StagingFolder(in: folder.path)
    await #expect(throws: FatalError.self) { try await second.pack(into: archive, SubprocessRunner()) }
    second.remove()
  }
}

/// Every program prints a secret.
private struct TalkativeRunner: CommandRunner {
  func run(_ command: Command) async throws(CommandError) -> String {
    switch command.program {
    case "journalctl": "the log of journald\nAuthorization: Bearer hunter2"
    case "sh": "plan\ntoken: hunter2\n"
    default: "*nat\n-A KUBE-X -m comment --comment \"password: hunter2\"\nCOMMIT\n"
    }
  }
}
