import Addressing
import Glibc
import NodeCheck
import Reconciler

/// Reads what `ipvs-proxy check` judges. Changes nothing, and asks the kernel nothing that would make it load a module.
public struct NodeFactsReader: Sendable {
  let wanted: Wanted
  let files: HostFiles
  let runner: any CommandRunner
  let questions: KernelQuestions
  let release: String

  /// - Parameters:
  ///   - wanted: what the configuration asks of the node.
  ///   - files: where /proc, /sys, /run and /lib/modules are.
  ///   - runner: runs iptables-save and nft.
  ///   - questions: what is asked over netlink.
  ///   - release: the kernel's, as uname(2) has it.
  public init(
    wanted: Wanted, files: HostFiles = HostFiles(), runner: any CommandRunner = SubprocessRunner(),
    questions: KernelQuestions = KernelQuestions(NetlinkKernel()), release: String = LinuxKernel.release
  ) {
    self.wanted = wanted
    self.files = files
    self.runner = runner
    self.questions = questions
    self.release = release
  }

  public func read() async -> NodeFacts {
    var facts = NodeFacts(wanted: wanted)
    facts.kernel = kernelRelease
    facts.capabilities = capabilities
    facts.modules = ModuleCatalogue(files: files, release: release)
      .states(NodeFacts.moduleNames(scheduler: wanted.scheduler).union(["nf_tables"]))
    facts.settings = settings
    facts.connectionTableBits = connectionTableBits
    facts.kubeProxy = RunningKubeProxy.find(files)?.processID
    facts.isRunning = files.lines("/proc/net/unix").contains { $0.hasSuffix(" @ipvs-proxy") }
    await readKernelObjects(&facts)
    await readRules(&facts)
    return facts
  }

  private var kernelRelease: Fact<KernelRelease> {
    guard let version = KernelVersion(release: release) else { return .absent }
    return .known(KernelRelease(release, major: version.major, minor: version.minor))
  }

  /// CapEff of /proc/self/status is a hexadecimal bit set (proc(5)).
  private var capabilities: Fact<UInt64> {
    let line = files.lines("/proc/self/status").first { $0.hasPrefix("CapEff:") }
    let bits = line?.split { $0 == " " || $0 == "\t" }.last.flatMap { UInt64($0, radix: 16) }
    return bits.map { .known($0) } ?? .absent
  }

  private var connectionTableBits: Fact<Int> {
    switch fact("/sys/module/ip_vs/parameters/conn_tab_bits") {
    case .known(let text): Int(text).map { .known($0) } ?? .unreadable("it says \(text)")
    case .absent: .absent
    case .unreadable(let reason): .unreadable(reason)
    }
  }

  private var settings: [String: Fact<String>] {
    let interfaces = Sysctl(files).names(below: "net/ipv4/conf")
    let keys = NodeFacts.settingKeys + interfaces.map { "net/ipv4/conf/\($0)/rp_filter" }
    return Dictionary(keys.map { ($0, fact("/proc/sys/\($0)")) }) { first, _ in first }
  }

  /// The first line of a file.
  func fact(_ path: String) -> Fact<String> {
    do throws(HostFiles.Failure) {
      return .known(String(try files.read(path).prefix { $0 != "\n" }))
    } catch {
      if error.errno == ENOENT { return .absent }
      return .unreadable("\(String(cString: strerror(error.errno))) (errno \(error.errno))")
    }
  }
}
