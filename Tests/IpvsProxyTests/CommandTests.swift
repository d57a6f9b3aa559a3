import ArgumentParser
import FoundationEssentials
import ProxyConfiguration
import Testing

@testable import IpvsProxy

@Suite struct CommandTests {
  private func run(_ arguments: [String]) throws -> RunCommand {
    try #require(try IpvsProxy.parseAsRoot(arguments) as? RunCommand)
  }

  @Test(arguments: [
    [], ["--mode", "ipvs", "--manifests", "m"], ["--config=/c", "--hostname-override=a"], ["-v2"],
    ["-v=2", "--once"],
    ["--help"], ["-h"], ["--version"], ["--version=raw"], ["--cleanup", "--config", "/c"],
    ["--v", "2", "plan"],
    ["--feature-gates=A=true,B=false"], ["--kubeconfig", "-"], ["--", "x"], ["--nonsuch"],
  ]) func runningIsTheDefaultAndGetsAllFlagsAsTheyAre(arguments: [String]) throws {
    #expect(try run(arguments).arguments == arguments)
    #expect(try run(["run"] + arguments).arguments == arguments)
  }

  @Test func theOtherCommandsGetTheirFlagsToo() throws {
    let plan = try #require(try IpvsProxy.parseAsRoot(["plan", "--manifests", "m", "-h"]) as? PlanCommand)
    #expect(plan.arguments == ["--manifests", "m", "-h"])
    let cleanup = try #require(try IpvsProxy.parseAsRoot(["cleanup", "-v", "4"]) as? CleanupCommand)
    #expect(cleanup.arguments == ["-v", "4"])
  }

  private func ending(_ arguments: String...) -> (status: Int32, text: String)? {
    do {
      _ = try Options(arguments, of: .run)
      return nil
    } catch let error as FatalError {
      return (error.status.rawValue, error.description)
    } catch {
      return (IpvsProxy.exitCode(for: error).rawValue, IpvsProxy.fullMessage(for: error))
    }
  }

  @Test func wrongFlagsAreUsageErrorsAllAtOnce() throws {
    let exit = try #require(ending("--iptables-masquerade-bit=32", "--guards=maybe"))
    #expect(exit.status == 64)
    #expect(exit.text.contains("--iptables-masquerade-bit must be 0 to 31"))
    #expect(exit.text.contains("--guards must be true or false"))
    #expect(exit.text.hasSuffix("See 'ipvs-proxy --help'."))
  }

  @Test func aConfigFileThatIsNotThereIsTold() throws {
    let exit = try #require(ending("--config", "/nonexistent/config.conf"))
    #expect(exit.status == 64)
    #expect(
      exit.text.contains(
        "--config /nonexistent/config.conf can't be read: No such file or directory (errno 2)"))
  }

  @Test func helpAndVersionEndWell() throws {
    let help = try #require(ending("--help"))
    #expect(help.status == 0 && help.text.contains("--ipvs-sync-period"))
    let version = try #require(ending("--version"))
    #expect(version.status == 0 && version.text == Version.current)
    #expect(ending("--version=raw")?.text.hasPrefix("ipvs-proxy \(Version.current) linux") == true)
  }

  @Test func exitStatusesAreInTheHelp() {
    let words = Set(CommandHelp.run.text.split { $0 == " " || $0 == "\n" })
    for status in ExitStatus.allCases { #expect(words.contains("\(status.rawValue)"), "\(status)") }
  }

  @Test func everyCommandHasAHelpOfItsOwn() {
    #expect(CommandHelp.plan.text.contains("Usage: ipvs-proxy plan"))
    #expect(CommandHelp.cleanup.text.contains("kube-ipvs0"))
    #expect(!CommandHelp.cleanup.text.contains("--manifests"))
  }

  @Test func theFlagsDocumentIsUpToDate() throws {
    let file = String(#filePath).replacing("Tests/IpvsProxyTests/CommandTests.swift", with: "docs/flags.md")
    let committed = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    #expect(
      committed == FlagsDocument.markdown,
      "docs/flags.md is out of date: .build/debug/ipvs-proxy flags > docs/flags.md")
  }
}
