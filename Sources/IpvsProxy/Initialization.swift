import LinuxNode
import Logging
import ProxyConfiguration
import Reconciler

/// `--init-only`: what needs more privileges than CAP_NET_ADMIN, so that the program itself can do with that one.
struct Initialization {
  let configuration: ProxyConfiguration
  let logger: Logger

  /// Loads modules; sets sysctls, the size and timeouts of connection tracking, and IPVS' timeouts. Neither sets nor
  /// rules are made; the check of what the node can do leaves the device kube-ipvs0 behind.
  /// - Throws: FatalError when the node lacks something, or a setting can't be had that no traffic flows without.
  func run() async throws {
    let families = EnabledFamilies.detect()
    let settings = configuration.kernelSettings
    let kernel = LinuxKernel(
      NodeConfiguration(families: families, scheduler: configuration.ipvs.schedulerName))
    try FatalError.throwIfMissing(await kernel.missingPrerequisites())
    var notices: [Notice]
    do throws(KernelError) {
      try await kernel.loadRuleModules()
      notices = try SystemSettings(families: families, strictARP: settings.strictARP).apply()
    } catch {
      throw FatalError(.failure, "\(error)")
    }
    notices += ConntrackSettings(settings.conntrack).apply()
    notices += await ConnectionTimeouts(settings.ipvsTimeouts, kernel: NetlinkKernel()).apply()
    let events = EventLogger(logger: logger)
    for notice in notices { events.log(.notice(notice)) }
    logger.info("the node is prepared; ipvs-proxy can do with CAP_NET_ADMIN now")
  }
}

/// How soon the kernel kills this process when memory is short.
enum OutOfMemoryScore {
  /// Sets it where it differs. Traffic doesn't hang on it: what can't be set is told, as a warning if the value is not
  /// the default, which few are allowed to set and nobody asked for.
  static func adjust(to value: Int, files: HostFiles = HostFiles(), logger: Logger) {
    let path = "/proc/self/oom_score_adj"
    if let current = try? files.read(path), Int(current.prefix { $0 != "\n" }) == value { return }
    do throws(HostFiles.Failure) {
      try files.write("\(value)", to: path)
    } catch {
      let failure = ConfigFile.Failure(errno: error.errno)
      let isAsked = value != ProxyConfiguration().process.oomScoreAdjust
      logger.log(
        level: isAsked ? .warning : .info,
        """
        \(path) could not be set to \(value): \(failure); the kernel may kill this process when memory is short. \
        It takes CAP_SYS_RESOURCE, or --oom-score-adj with the value there is
        """)
    }
  }
}

extension FatalError {
  /// - Throws: a sentence with its remedy for each, if there are any.
  static func throwIfMissing(_ missing: [MissingPrerequisite]) throws {
    guard !missing.isEmpty else { return }
    throw FatalError(.prerequisitesMissing, missing.map(\.description).joined(separator: "\nipvs-proxy: "))
  }
}
