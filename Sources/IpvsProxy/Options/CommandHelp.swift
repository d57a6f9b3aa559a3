import ArgumentParser
import ProxyConfiguration

/// The help of a command: its own words, and the flags from the table.
struct CommandHelp {
  let usage: String
  let abstract: String
  let discussion: String
  let groups: [Setting.Group]

  var text: String {
    """
    \(abstract)

    Usage: \(usage)

    \(discussion)

    \(FlagHelp.text(groups))
    """
  }

  static let run = CommandHelp(
    usage: "ipvs-proxy [run] [flags]; ipvs-proxy plan [flags]; ipvs-proxy cleanup [flags]",
    abstract: "Makes Kubernetes Services work on a Linux node with the kernel's IP Virtual Server.",
    discussion: IpvsProxy.configuration.discussion, groups: Setting.Group.allCases)

  static let plan = CommandHelp(
    usage: "ipvs-proxy plan [flags]", abstract: PlanCommand.configuration.abstract,
    discussion: PlanCommand.configuration.discussion, groups: Setting.Group.allCases)

  static let cleanup = CommandHelp(
    usage: "ipvs-proxy cleanup [flags]", abstract: CleanupCommand.configuration.abstract,
    discussion: CleanupCommand.configuration.discussion, groups: [.logging])

  static let check = CommandHelp(
    usage: "ipvs-proxy check [-o text|json] [flags]", abstract: CheckCommand.configuration.abstract,
    discussion: CheckCommand.configuration.discussion, groups: Setting.Group.allCases)

  static let supportBundle = CommandHelp(
    usage: "ipvs-proxy support-bundle FILE.tar.gz [flags]",
    abstract: SupportBundleCommand.configuration.abstract,
    discussion: SupportBundleCommand.configuration.discussion, groups: Setting.Group.allCases)
}
