import ArgumentParser

@main
struct IpvsProxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ipvs-proxy",
    abstract: "Makes Kubernetes Services work on a Linux node with the kernel's IP Virtual Server.",
    discussion: """
      Examples:
        ipvs-proxy --config /var/lib/kube-proxy/config.conf
        ipvs-proxy --mode ipvs --manifests /etc/ipvs-proxy/manifests
        ipvs-proxy --mode ipvs --manifests . --once      one round, then an exit status that tells
        ipvs-proxy plan --manifests .                    what would change
        ipvs-proxy status                                how the process that runs here does
        ipvs-proxy get services -A                       Services and how far each is in force
        ipvs-proxy explain default/web                   why everything of it is there, and what is left out
        ipvs-proxy explain 10.96.0.10:53/udp             what becomes of a connection
        ipvs-proxy top                                   what Services carry, live
        ipvs-proxy cleanup                               take away everything of ours
        ipvs-proxy check                                 what the node lacks, with the remedies
        ipvs-proxy support-bundle FILE.tar.gz            what a bug report needs, without secrets

      Exit statuses: 0 in force; 1 something is not; 2 `plan` found differences; 3 the node lacks something, or no
      process answers; 4 another instance runs here; 5 manifests with errors, the rest is in force; 64 wrong flags or
      config file.
      """,
    // Help and version are flags of the table, as kube-proxy's are.
    subcommands: [
      RunCommand.self, StatusCommand.self, GetCommand.self, ExplainCommand.self, TopCommand.self,
      PlanCommand.self, CheckCommand.self, SupportBundleCommand.self, CleanupCommand.self,
      CompletionCommand.self,
      CompleteCommand.self, ManualCommand.self, FlagsCommand.self,
    ],
    defaultSubcommand: RunCommand.self, helpNames: [])
}
