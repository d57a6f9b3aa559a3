extension Settings {
  static let endpoints: [Setting] = [
    Setting(
      "healthz-bind-address", "healthzBindAddress", .listenAddress(\.health.healthzBindAddress, .healthz),
      in: .endpoints,
      """
      Where /healthz and /livez are served: address and port, or one of them. Empty (as a flag) or port 0 for no \
      such server.
      """, valueName: "address", zero: .isDefaultInFile),
    Setting(
      "metrics-bind-address", "metricsBindAddress", .listenAddress(\.health.metricsBindAddress, .metrics),
      in: .endpoints,
      "Where /metrics is served: address and port, or one of them. Empty (as a flag) or port 0 for no such server.",
      valueName: "address", zero: .isDefaultInFile),
    Setting(
      "healthz-port", nil, .deprecatedPort(10256), in: .endpoints,
      "Port for a --healthz-bind-address that has none; 0 for no such server.",
      effect: .deprecated("--healthz-bind-address")),
    Setting(
      "metrics-port", nil, .deprecatedPort(10249), in: .endpoints,
      "Port for a --metrics-bind-address that has none; 0 for no such server.",
      effect: .deprecated("--metrics-bind-address")),
    Setting(
      "bind-address-hard-fail", "bindAddressHardFail", .bool(\.health.bindAddressHardFail), in: .endpoints,
      "End when a server can't listen; otherwise it is tried again."),
    Setting(
      "service-metrics", "serviceMetrics", .bool(\.health.serviceMetrics), in: .endpoints,
      "Serve the connections, packets and bytes of each Service under /metrics/services.", owner: .own),
    Setting(
      "admin-socket", "adminSocket", .text(\.health.adminSocket, check: socketPath), in: .endpoints,
      "Unix socket, for root only, that get, explain and status ask. Empty for none.", owner: .own,
      valueName: "path"),
    .withoutEffect(
      "profiling", "enableProfiling", .bool, default: .bool(false), in: .endpoints,
      "Serve Go profiles under /debug/pprof.", because: "this is no Go program"),
    .withoutEffect(
      "show-hidden-metrics-for-version", "showHiddenMetricsForVersion", .string, default: .text(""),
      in: .endpoints, "Show metrics that a version has hidden.", because: "no metric is ever hidden"),
  ]

  static let process: [Setting] = [
    Setting(
      "config", nil, .text(\.process.configFile), in: .process,
      "kube-proxy's config file (KubeProxyConfiguration). kube-proxy's own flags are ignored beside it, but for a few.",
      valueName: "file", staysBesideConfigFile: true),
    Setting(
      "write-config-to", nil, .text(\.process.writeConfigTo), in: .process,
      "Write the configuration in force to this file and end.", valueName: "file",
      staysBesideConfigFile: true),
    Setting(
      "once", nil, .bool(\.process.once), in: .process,
      "One converged round, then an exit status that tells. Connections that still drain are left to the next.",
      owner: .own),
    Setting(
      "init-only", nil, .bool(\.process.initOnly), in: .process,
      "Do what needs full privileges (modules, kernel settings, timeouts) and end.",
      staysBesideConfigFile: true),
    Setting(
      "cleanup", nil, .bool(\.process.cleanup), in: .process,
      "Take away exactly what is ours and end, as the command cleanup does.", staysBesideConfigFile: true),
    Setting(
      "oom-score-adj", "oomScoreAdj", .integer(\.process.oomScoreAdjust, in: -1000...1000), in: .process,
      "How soon the kernel kills the process when memory is short, -1000 to 1000."),
    Setting(
      "feature-gates", "featureGates", .gates(\.process.featureGates), in: .process,
      "kube-proxy's feature gates; AllowServiceExternalIPs=false leaves out externalIPs, others have no effect.",
      isOmittedByDefault: true),
    Setting(
      "help", nil, .bool(\.process.showsHelp), in: .process, "This text.", shorthand: "h",
      staysBesideConfigFile: true),
    Setting(
      "version", nil, .version, in: .process, "The version; raw adds the system.", valueName: "true|raw",
      staysBesideConfigFile: true),
  ]
}

extension Settings {
  /// The kernel takes 107 bytes (sun_path of linux/un.h without the NUL).
  private static let socketPath: @Sendable (String) throws(ValueFlaw) -> String = { text throws(ValueFlaw) in
    guard text.isEmpty || text.hasPrefix("/") else {
      throw ValueFlaw("must be an absolute path, not '\(text)'")
    }
    guard text.utf8.count <= 107 else { throw ValueFlaw("must not be longer than 107 bytes") }
    return text
  }
}

extension Binding {
  /// Takes its place after the address whose port it is.
  static func deprecatedPort(_ initial: Int) -> Binding {
    Binding(type: .int32, get: { _ in .integer(initial) }) { value, _ throws(ValueFlaw) in
      guard case .integer(let port) = value else { throw .mismatch(value) }
      guard (0...65535).contains(port) else { throw ValueFlaw("must be a port, 0 to 65535, not \(port)") }
    }
  }

  static let version = Binding(
    type: .version, get: { .text($0.process.version == nil ? "false" : "true") },
    set: { value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      if text == "raw" {
        configuration.process.version = .raw
      } else if let isAsked = FlagValue.bool(text) {
        configuration.process.version = isAsked ? .plain : nil
      } else {
        throw ValueFlaw("must be true, false or raw, not '\(text)'")
      }
    })
}
