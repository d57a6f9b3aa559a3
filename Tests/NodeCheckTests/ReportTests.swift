import Foundation
import Testing

@testable import NodeCheck

@Suite struct ReportTests {
  /// A node with something of everything.
  private var report: CheckReport {
    let facts = goodNode().setting("net/ipv4/ip_forward", "0").setting("net/ipv4/conf/eth0/rp_filter", "1")
      .with {
        $0.deviceManagers = [.networkManager]
        $0.rules = [store(":INPUT DROP [0:0]", table: "filter")]
      }
    let shown = ["kernel-version", "device-manager", "input-policy", "ip-forward", "rp-filter"]
    return CheckReport(
      findings: facts.findings.filter { shown.contains($0.check) }, programVersion: "1.2.3",
      nodeName: "worker-1",
      kernel: "6.1.0-56-amd64")
  }

  private func golden(_ name: String) throws -> String {
    let base = try #require(Bundle.module.resourcePath)
    return try String(contentsOfFile: "\(base)/Fixtures/\(name)", encoding: .utf8)
  }

  @Test(arguments: [80, 160]) func theTextIsAsItShouldLook(width: Int) throws {
    let text = report.text(width: width, isColored: false)
    #expect(text == (try golden("report-\(width).txt")), "\(text)")
  }

  @Test func theJSONIsAsItShouldLook() throws {
    #expect(report.json == (try golden("report.json")), "\(report.json)")
  }

  @Test(arguments: [20, 40, 80, 100, 160, 400]) func linesFitTheWidthButForLongWords(width: Int) {
    for line in report.text(width: width, isColored: false).split(separator: "\n")
    where line.count > max(width, 40) {
      // printf's argument is one word to the shell, and so it stays.
      #expect(
        line.contains("printf") || line.contains("[keyfile]") || line.split(separator: " ").count <= 4,
        "\(line)")
    }
  }

  /// What is broken for the page is whole for the shell.
  @Test func aCommandInSeveralLinesIsOneToTheShell() throws {
    let text = report.text(width: 80, isColored: false)
    let joined = text.split(separator: " \\\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    #expect(joined.contains("iptables-nft -A INPUT -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT"))
  }

  @Test func withoutColourThereIsNoControlCharacter() {
    let wild = Finding.pass("some-check", "A name with \u{1B}[31m in it\u{7}.")
    let report = CheckReport(findings: [wild], programVersion: "1", nodeName: "n", kernel: "k")
    for text in [report.text(width: 80, isColored: false), report.json] {
      let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
      #expect(controls.isEmpty)
    }
    #expect(report.text(width: 80, isColored: true).hasPrefix("\u{1B}[32mpass\u{1B}[0m  some-check"))
  }

  @Test func coloursChangeNothingElse() {
    var colored = report.text(width: 80, isColored: true)
    for code in ["[31m", "[32m", "[33m", "[0m"] {
      colored = colored.split(separator: "\u{1B}" + code, omittingEmptySubsequences: false).joined()
    }
    #expect(colored == report.text(width: 80, isColored: false))
  }

  @Test func onlyFailuresFail() {
    #expect(report.hasFailed)
    let passing = CheckReport(
      findings: report.findings.filter { $0.status != .fail }, programVersion: "1", nodeName: "n", kernel: "k"
    )
    #expect(!passing.hasFailed && passing.findings.contains { $0.status == .warn })
  }
}
