import Addressing
import Testing

@testable import ProxyConfiguration

/// How flags are written: spf13/pflag's grammar with kube-proxy's normalization.
@Suite struct FlagGrammarTests {
  private func configuration(_ arguments: String...) throws -> ProxyConfiguration {
    try load(arguments).configuration
  }

  @Test(arguments: [
    ["--ipvs-scheduler=wlc"], ["--ipvs-scheduler", "wlc"], ["--ipvs_scheduler", "wlc"],
    ["--ipvs-scheduler=rr", "--ipvs-scheduler=wlc"], ["--ipvs-scheduler", "wlc", "--"],
  ]) func aValueStandsBehindEqualsOrInTheNextWord(arguments: [String]) throws {
    #expect(try load(arguments).configuration.ipvs.scheduler == "wlc")
  }

  @Test(arguments: [["-v=2"], ["-v", "2"], ["-v2"], ["--v=2"], ["--v", "2"]])
  func aShorthandTakesItsValueInThreeWays(arguments: [String]) throws {
    #expect(try load(arguments).configuration.logging.verbosity == 2)
  }

  @Test func aValueMayLookLikeAFlag() throws {
    #expect(try configuration("--oom-score-adj", "-998").process.oomScoreAdjust == -998)
    #expect(try configuration("--kubeconfig", "--v").client.kubeconfig == "--v")
    #expect(try configuration("--kubeconfig=a=b").client.kubeconfig == "a=b")
  }

  @Test(arguments: [
    ("", true), ("=true", true), ("=1", true), ("=t", true), ("=T", true), ("=TRUE", true), ("=True", true),
    ("=false", false), ("=0", false), ("=f", false), ("=F", false), ("=FALSE", false), ("=False", false),
  ]) func aSwitchIsParsedAsGoDoes(ending: String, expected: Bool) throws {
    #expect(try configuration("--masquerade-all\(ending)").traffic.masqueradeAll == expected)
  }

  @Test(arguments: ["=", "=yes", "=TrUe", "=2"]) func anyOtherWordForASwitchIsRefused(ending: String) {
    #expect(
      problems("--masquerade-all\(ending)").first?.hasPrefix("--masquerade-all must be true or false") == true
    )
  }

  @Test func aSwitchNeverTakesTheNextWord() {
    #expect(
      problems("--guards", "false") == [
        "'false' is no flag, and nothing but flags is taken here; did you mean --guards=false?"
      ])
  }

  @Test func nothingButFlagsIsTaken() {
    #expect(problems("--once", "--", "--v=2", "x").count == 2)
    #expect(problems("-").count == 1)
  }

  @Test func anUnknownFlagIsToldWithTheNearest() {
    #expect(
      problems("--ipvs-sheduler", "rr") == ["--ipvs-sheduler is no flag; did you mean --ipvs-scheduler?"])
    #expect(
      problems("--cluster-cidrs=10.0.0.0/8") == ["--cluster-cidrs is no flag; did you mean --cluster-cidr?"])
    #expect(problems("-proxy-mode=ipvs") == ["-proxy-mode=ipvs is no flag; did you mean --proxy-mode?"])
    #expect(problems("--nothing-of-the-kind") == ["--nothing-of-the-kind is no flag"])
  }

  @Test func aFlagWithoutItsValueIsTold() {
    #expect(problems("--ipvs-scheduler") == ["--ipvs-scheduler needs a value"])
    #expect(problems("-v") == ["-v needs a value"])
  }

  @Test func everyMistakeIsToldAtOnceAsItWasWritten() {
    #expect(
      problems("--ipvs_sync_period=0s", "--iptables-masquerade-bit=32", "--nonsuch", "--oom-score-adj=x") == [
        "--nonsuch is no flag",
        "--iptables-masquerade-bit must be 0 to 31, not 32",
        "--ipvs_sync_period must be more than 0, not 0s",
        "--oom-score-adj must be a whole number of 32 bits, not 'x'",
      ])
  }

  @Test func listsSplitAndAdd() throws {
    let configuration = try configuration(
      "--ipvs-exclude-cidrs=10.0.0.0/8,192.168.0.0/16", "--ipvs-exclude-cidrs", "\"fd00::/8\"",
      "--nodeport-addresses=10.0.0.0/8", "--nodeport-addresses=fd00::/8")
    #expect(
      configuration.ipvs.excludedNetworks.map(\.description) == ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"])
    #expect(
      configuration.traffic.nodePortAddresses
        == .networks(["10.0.0.0/8", "fd00::/8"].compactMap { IPNetwork($0) }))
  }

  @Test func featureGatesSplitAndAdd() throws {
    let gates = try configuration("--feature-gates=A=true, B=false", "--feature-gates", "B=1,C=f").process
      .featureGates
    #expect(gates == ["A": true, "B": true, "C": false])
    #expect(problems("--feature-gates=A").first?.contains("'A' is not") == true)
  }

  @Test(arguments: [("14", 14), ("0x0e", 14), ("0b1110", 14), ("0o16", 14), ("016", 14), ("+14", 14)])
  func wholeNumbersAreParsedAsGoDoes(text: String, expected: Int) throws {
    #expect(try configuration("--iptables-masquerade-bit", text).traffic.masqueradeBit == expected)
  }

  @Test(arguments: ["", "1.5", "1e3", "2147483648", "0x", "--5", "1 "]) func otherNumbersAreRefused(
    text: String
  ) {
    #expect(problems("--conntrack-min=\(text)").count == 1)
  }

  @Test(arguments: [
    ("0.0.0.0:10300", "0.0.0.0:10300"), ("10300", "0.0.0.0:10300"), (":10300", "0.0.0.0:10300"),
    ("[::]:10300", "[::]:10300"), ("192.0.2.1", "192.0.2.1:10256"), ("2001:db8::1", "[2001:db8::1]:10256"),
  ]) func addressAndPortCanStandAlone(text: String, expected: String) throws {
    #expect(
      try configuration("--healthz-bind-address", text).health.healthzBindAddress?.description == expected)
  }

  @Test func aMissingMetricsAddressIsTheLoopback() throws {
    #expect(
      try configuration("--metrics-bind-address", ":9999").health.metricsBindAddress?.description
        == "127.0.0.1:9999")
  }

  @Test(arguments: ["", "0.0.0.0:0", "0"]) func noAddressOrPortIsNoServer(text: String) throws {
    #expect(try configuration("--healthz-bind-address=\(text)").health.healthzBindAddress == nil)
    #expect(try configuration("--metrics-bind-address=\(text)").health.metricsBindAddress == nil)
  }

  @Test(arguments: ["localhost:80", "1.2.3.4:65536", "::1:80:", "[1.2.3.4]:80", "1.2.3.4:", "1.2.3.4:+80"])
  func otherAddressesAreRefused(text: String) {
    #expect(problems("--healthz-bind-address", text).count == 1, "\(text)")
  }

  @Test func noRequestsPerSecondAreTheDefault() throws {
    let client = try configuration("--kube-api-qps=0", "--kube-api-burst=0").client
    #expect(client.qps == 5 && client.burst == 10)
    #expect(try configuration("--kube-api-qps=-1").client.qps == -1)
  }

  @Test func helpAndVersionLeaveTheRestUnread() throws {
    #expect(try configuration("--config", "none", "-h").process.showsHelp)
    #expect(try configuration("--help", "--ipvs-sync-period=0s").process.showsHelp)
    #expect(try configuration("--version").process.version == .plain)
    #expect(try configuration("--version=raw").process.version == .raw)
    #expect(try configuration("--version=false").process.version == nil)
    #expect(problems("--version=loud").count == 1)
  }
}
