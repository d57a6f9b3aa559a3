/// Loads the kernel modules that Services need, where they can be loaded.
///
/// Most of them the kernel loads by itself when they are first used. A failure here says little: what is built into
/// the kernel has no module, and in a container there may be no modules to load. Prerequisites tells what is missing.
public actor Modules {
  private let runner: any CommandRunner
  private let files: HostFiles
  private var hasAsked: Set<String> = []

  public init(runner: any CommandRunner = SubprocessRunner(), files: HostFiles = HostFiles()) {
    self.runner = runner
    self.files = files
  }

  /// Runs modprobe for those that don't show in the kernel, once for all of them. What it could load, and what it
  /// said it couldn't, is not asked for again; except ip_vs, without which nothing works.
  public func load(scheduler: String) async { await load(Self.names(scheduler: scheduler)) }

  func load(_ names: [String]) async {
    let wanted = names.filter { !isPresent($0) }
    let open = wanted.filter { !hasAsked.contains($0) || $0 == "ip_vs" }
    guard !open.isEmpty else { return }
    _ = try? await runner.run(Command("modprobe", ["-a"] + open))
    hasAsked.formUnion(open)
  }

  /// Whether the kernel shows that the module or what it provides is there. A few that are built in don't show.
  public nonisolated func isPresent(_ module: String) -> Bool {
    Self.isPresent(module, files)
  }

  static func isPresent(_ module: String, _ files: HostFiles) -> Bool {
    if files.exists("/sys/module/\(module)") { return true }
    return switch module {
    case "ip_vs": files.exists("/proc/net/ip_vs") || files.exists("/proc/sys/net/ipv4/vs")
    case "nf_conntrack": files.exists("/proc/sys/net/netfilter/nf_conntrack_max")
    case "dummy": files.exists("/sys/class/net/kube-ipvs0")
    default: false
    }
  }

  static func names(scheduler: String) -> [String] {
    [
      "ip_vs", "ip_vs_\(scheduler)", "nf_conntrack", "dummy", "xt_set", "ip_set", "ip_set_hash_ip",
      "ip_set_hash_ipport", "ip_set_hash_ipportip", "ip_set_hash_ipportnet", "ip_set_bitmap_port",
    ]
  }
}
