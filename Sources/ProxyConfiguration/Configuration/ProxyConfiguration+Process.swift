import Addressing

extension ProxyConfiguration {
  /// The two HTTP servers and the admin socket.
  public struct Health: Sendable, Hashable {
    /// Of /healthz and /livez; nil for no such server.
    public var healthzBindAddress: ListenAddress? = ListenAddress.Default.healthz.address(of: .ipv4)
    /// Of /metrics and what goes with it; nil for no such server.
    public var metricsBindAddress: ListenAddress? = ListenAddress.Default.metrics.address(of: .ipv4)
    /// Whether the program ends when it can't listen; otherwise it tries again.
    public var bindAddressHardFail = false
    /// Whether counters of single Services are served: many series where there are many Services.
    public var serviceMetrics = false
    /// Path of the Unix socket that questions about the state are asked on; empty for none.
    public var adminSocket = "/run/ipvs-proxy/admin.sock"
  }

  public struct Logging: Sendable, Hashable {
    public enum Format: String, Sendable, Hashable, CaseIterable {
      case text, json
    }

    public var format = Format.text
    /// klog's: 2 and more adds debug lines, 4 and more trace. 0 or more.
    public var verbosity = 0
  }

  /// What the process does with itself, and what else it was asked for than to serve.
  public struct Process: Sendable, Hashable {
    public enum VersionRequest: Sendable, Hashable {
      case plain, raw
    }

    /// -1000...1000 (proc_pid_oom_score_adj(5)).
    public var oomScoreAdjust = -999
    public var featureGates: [String: Bool] = [:]
    /// The file that was read; empty for none. When it changes, the process has to start anew.
    public var configFile = ""
    /// Where to write the effective configuration instead of serving; empty to serve.
    public var writeConfigTo = ""
    /// Take everything of ours away and end.
    public var cleanup = false
    /// Do what needs privileges and end.
    public var initOnly = false
    /// One converged round and an exit status that tells.
    public var once = false
    public var showsHelp = false
    public var version: VersionRequest?
  }

  /// kube-proxy's feature gate AllowServiceExternalIPs, on by default: whether externalIPs of Services are served.
  public var allowsExternalIPs: Bool { process.featureGates[Self.externalIPsGate] ?? true }

  static let externalIPsGate = "AllowServiceExternalIPs"
}
