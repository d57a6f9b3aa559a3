import NodeCheck
import Testing

@testable import IpvsProxy

@Suite struct CheckCommandTests {
  @Test(arguments: [
    ["-o", "json", "-v2"], ["-v2", "-ojson"], ["--output=json", "-v2"], ["-v2", "--output", "json"],
    ["-o=json", "-v2"],
  ]) func theFormatIsTakenOutOfTheFlags(arguments: [String]) throws {
    let request = try CheckCommand.Request(arguments)
    #expect(request.format == .json && request.flags == ["-v2"])
  }

  @Test(arguments: [["-o", "yaml"], ["-o"], ["--output="]]) func otherFormatsAreUsageErrors(
    arguments: [String]
  ) {
    #expect { try CheckCommand.Request(arguments) } throws: { ($0 as? FatalError)?.status == .usage }
  }

  @Test func itsHelpTellsExitStatusesAndExamples() {
    #expect(CommandHelp.check.text.contains("Usage: ipvs-proxy check"))
    #expect(CommandHelp.check.text.contains("1 something fails"))
    #expect(CommandHelp.supportBundle.text.contains("without secrets"))
  }

  /// On whatever machine this runs: it ends, and says something of everything.
  @Test func itWorksWithoutAClusterAndWithoutIPVS() async throws {
    let report = await NodeCheckup(configuration: try configuration()).report()
    #expect(report.findings.count >= 29)
    #expect(report.findings.contains { $0.check == "kernel-version" })
  }
}
