import Glibc
import Reconciler

/// The size of the connection tracking table and its timeouts. No traffic hangs on them: what can't be set is a
/// warning.
public struct ConntrackSettings: Sendable {
  /// kube-proxy's bound for what follows from the number of cores.
  private static let largestScaled = 1_048_576
  private static let hashSizePath = "/sys/module/nf_conntrack/parameters/hashsize"

  private let wanted: NodeConfiguration.KernelSettings.Conntrack
  private let files: HostFiles
  private let sysctl: Sysctl
  private let cores: Int

  public init(
    _ wanted: NodeConfiguration.KernelSettings.Conntrack, files: HostFiles = HostFiles(),
    cores: Int = ConntrackSettings.onlineCores
  ) {
    self.wanted = wanted
    self.files = files
    self.cores = cores
    sysctl = Sysctl(files)
  }

  /// The machine's cores; a container's share of them doesn't count, for the table is the machine's.
  public static var onlineCores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Sets right what is wrong; a right value is never written.
  /// - Returns: what was changed, and what should be but couldn't.
  public func apply() -> [Notice] {
    var notices: [Notice] = []
    if let maximum { notices += ensureSize(maximum) }
    notices += timeouts.compactMap { ensure($0) }
    return notices
  }

  /// How many connections the table shall hold: so many per core, but no fewer than the minimum. Nil to leave it.
  public var maximum: Int? {
    guard wanted.maximumPerCore > 0 else { return nil }
    let (product, overflows) = wanted.maximumPerCore.multipliedReportingOverflow(by: cores)
    return max(wanted.minimum, overflows ? Self.largestScaled : min(product, Self.largestScaled))
  }

  private var timeouts: [Setting] {
    let seconds: [(String, Duration, String)] = [
      (
        "tcp_timeout_established", wanted.tcpEstablishedTimeout,
        "silent TCP connections are forgotten earlier or later than configured"
      ),
      (
        "tcp_timeout_close_wait", wanted.tcpCloseWaitTimeout,
        "half-closed TCP connections are forgotten earlier or later than configured"
      ),
      ("udp_timeout", wanted.udpTimeout, "UDP flows are forgotten earlier or later than configured"),
      (
        "udp_timeout_stream", wanted.udpStreamTimeout,
        "answered UDP flows are forgotten earlier or later than configured"
      ),
    ]
    var settings = seconds.compactMap { name, duration, purpose in
      duration.wholeSeconds.map {
        Setting(key: "net/netfilter/nf_conntrack_\(name)", value: "\($0)", purpose: purpose)
      }
    }
    if wanted.tcpBeLiberal {
      settings.append(
        Setting(
          key: "net/netfilter/nf_conntrack_tcp_be_liberal", value: "1",
          purpose: "packets out of their window are not translated back"))
    }
    return settings
  }

  private func ensureSize(_ maximum: Int) -> [Notice] {
    let setting = Setting(
      key: "net/netfilter/nf_conntrack_max", value: "\(maximum)",
      purpose: "a full table drops new connections; only the host's own network namespace can change it")
    let notice = ensure(setting)
    // Where the size can't be had, neither can the buckets.
    let buckets = notice?.severity == .warning ? nil : ensureHashSize(maximum / 4)
    return [notice, buckets].compactMap(\.self)
  }

  /// The kernel's hash table has a quarter of the connections as buckets, or chains get long; a larger one is fine.
  private func ensureHashSize(_ wanted: Int) -> Notice? {
    guard let text = try? files.read(Self.hashSizePath), let current = Int(text.prefix { $0.isNumber }) else {
      // Without the module there is nothing to size; the maximum has been warned of.
      return nil
    }
    guard current < wanted else { return nil }
    do throws(HostFiles.Failure) {
      try files.write("\(wanted)", to: Self.hashSizePath)
      return Notice(.info, "nf_conntrack's hashsize was \(current), is \(wanted) now")
    } catch {
      let failure = KernelError(
        .sysctl, errno: error.errno, object: "nf_conntrack's hashsize is \(current), not \(wanted)",
        hint: "looking up connections gets slow as the table fills; set it on the node: "
          + "echo \(wanted) > \(Self.hashSizePath)")
      return Notice(.warning, "\(failure)")
    }
  }

  /// None of these is needed, so none throws.
  private func ensure(_ setting: Setting) -> Notice? { try? setting.ensure(sysctl) }
}
