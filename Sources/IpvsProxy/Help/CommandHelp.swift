import ArgumentParser
import ProxyConfiguration

/// The help of a command whose flags are those of the table: its own words, and the flags.
struct CommandHelp {
  let name: String
  /// What is behind the name.
  let synopsis: String
  let configuration: CommandConfiguration
  let groups: [Setting.Group]
  /// Those that the table doesn't have.
  var options: [OptionDescription] = []
  var positionals: [PositionalDescription] = []

  var text: String {
    let own = options.map { "  \($0.spelling)\n      \($0.help)\n" }.joined()
    return """
      \(configuration.abstract)

      Usage: ipvs-proxy \(name) \(synopsis)

      \(configuration.discussion)

      \(own.isEmpty ? "" : "Options:\n\(own)\n")\(FlagHelp.text(groups))
      """
  }

  static let run = CommandHelp(
    name: "[run]", synopsis: "[flags]; ipvs-proxy plan [flags]; ipvs-proxy cleanup [flags]",
    configuration: IpvsProxy.configuration, groups: Setting.Group.allCases)

  static let plan = CommandHelp(
    name: "plan", synopsis: "[flags]", configuration: PlanCommand.configuration,
    groups: Setting.Group.allCases)

  static let cleanup = CommandHelp(
    name: "cleanup", synopsis: "[flags]", configuration: CleanupCommand.configuration, groups: [.logging])

  static let check = CommandHelp(
    name: "check", synopsis: "[-o text|json] [flags]", configuration: CheckCommand.configuration,
    groups: Setting.Group.allCases,
    options: [
      OptionDescription(
        names: ["-o", "--output"], valueName: "format",
        kind: .choices(CheckCommand.Request.Format.allCases.map(\.rawValue)),
        spelling: "-o, --output text|json",
        help: "How to print; text by default, in colour on a terminal unless NO_COLOR is set.")
    ])

  static let supportBundle = CommandHelp(
    name: "support-bundle", synopsis: "FILE.tar.gz [flags]",
    configuration: SupportBundleCommand.configuration, groups: Setting.Group.allCases,
    positionals: [PositionalDescription(name: "FILE.tar.gz", help: "The archive to write.", kind: .file)])

  static let all = [run, plan, cleanup, check, supportBundle]
}
