extension Settings {
  static let logging: [Setting] =
    [
      Setting(
        "logging-format", "logging.format", .choice(\.logging.format, as: .string), in: .logging,
        "text for people, json for machines (one object a line).", aliases: ["log-format"],
        staysBesideConfigFile: true, zero: .isDefaultInFile),
      Setting(
        "v", "logging.verbosity", .integer(\.logging.verbosity, in: 0...int32, as: .level), in: .logging,
        "Verbosity: 2 and more adds debug lines, 4 and more trace.", shorthand: "v", valueName: "level",
        staysBesideConfigFile: true),
      .withoutEffect(
        "vmodule", "logging.vmodule", .pattern, default: .text(""), in: .logging,
        "Verbosity of single Go files.", because: "the verbosity is one for the whole program",
        staysBesideConfigFile: true, isOmittedByDefault: true),
      .withoutEffect(
        "log-flush-frequency", "logging.flushFrequency", .duration, default: .duration(.seconds(5)),
        in: .logging,
        "Between two flushes of the log.", because: atOnce, staysBesideConfigFile: true,
        zero: .isDefaultInFile),
    ] + logStream("text") + logStream("json")

  private static func logStream(_ format: String) -> [Setting] {
    [
      .withoutEffect(
        "log-\(format)-split-stream", "logging.options.\(format).splitStream", .bool, default: .bool(false),
        in: .logging, "In format \(format), write errors to stderr and the rest to stdout.", because: atOnce,
        staysBesideConfigFile: true, isOmittedByDefault: true),
      .withoutEffect(
        "log-\(format)-info-buffer-size", "logging.options.\(format).infoBufferSize", .quantity,
        default: .text("0"), in: .logging, "In format \(format) with split streams, bytes to buffer.",
        because: atOnce, staysBesideConfigFile: true, zero: .isDefaultInFile),
    ]
  }

  /// Settings of modes and systems that this program doesn't serve.
  static let otherModes: [Setting] =
    iptables + nftables + windows + [
      .withoutEffect(
        nil, "portRange", .string, default: .text(""), in: .otherModes, "Ports of the mode userspace.",
        because: "nothing uses it, in kube-proxy either"),
      .withoutEffect(
        "boot-id-file", nil, .string, default: .text("/proc/sys/kernel/random/boot_id"), in: .otherModes,
        "Files to look for the boot ID in.", because: cAdvisor),
      .withoutEffect(
        "machine-id-file", nil, .string, default: .text("/etc/machine-id,/var/lib/dbus/machine-id"),
        in: .otherModes, "Files to look for the machine ID in.", because: cAdvisor),
    ]

  private static let iptables: [Setting] = [
    .withoutEffect(
      "iptables-localhost-nodeports", "iptables.localhostNodePorts", .bool, default: .bool(true),
      in: .otherModes, "Serve node ports on 127.0.0.1.",
      because: "IPVS can't serve the loopback address; kube-proxy does so in mode iptables only"),
    .withoutEffect(
      "iptables-sync-period", "iptables.syncPeriod", .duration, default: .duration(.seconds(30)),
      in: .otherModes, "Between two full rounds in mode iptables.",
      because: "it belongs to mode iptables; here it is --ipvs-sync-period", zero: .isDefaultInFile),
    .withoutEffect(
      "iptables-min-sync-period", "iptables.minSyncPeriod", .duration, default: .duration(.seconds(1)),
      in: .otherModes, "Between two rounds of changes in mode iptables.",
      because: "it belongs to mode iptables", zero: .isDefaultInFile),
  ]

  private static let nftables: [Setting] = [
    other(
      "nftables.masqueradeAll", .bool, .bool(false), "Masquerade all traffic to ClusterIPs.", nftablesOnly),
    other("nftables.masqueradeBit", .int32, .integer(14), "Bit of the packet mark.", nftablesOnly),
    other(
      "nftables.minSyncPeriod", .duration, .duration(.zero), "Between two rounds of changes.", nftablesOnly),
    other("nftables.syncPeriod", .duration, .duration(.zero), "Between two full rounds.", nftablesOnly),
  ]

  private static let windows: [Setting] = [
    other("winkernel.enableDSR", .bool, .bool(false), "Direct server return.", windowsOnly),
    other("winkernel.forwardHealthCheckVip", .bool, .bool(false), "Forward health checks.", windowsOnly),
    other("winkernel.networkName", .string, .text(""), "Name of the network.", windowsOnly),
    other("winkernel.rootHnsEndpointName", .string, .text(""), "Name of the endpoint.", windowsOnly),
    other("winkernel.sourceVip", .string, .text(""), "Source address.", windowsOnly),
    .withoutEffect(
      nil, "windowsRunAsService", .bool, default: .bool(false), in: .otherModes,
      "Run as a service of Windows.", because: windowsOnly, isOmittedByDefault: true),
  ]

  private static func other(
    _ key: String, _ type: ValueType, _ initial: SettingValue, _ help: String, _ reason: String
  ) -> Setting {
    .withoutEffect(nil, key, type, default: initial, in: .otherModes, help, because: reason)
  }

  private static let atOnce = "every line is written to stderr at once"
  private static let cAdvisor = "only cAdvisor reads it, which kube-proxy merely links"
  private static let nftablesOnly = "it belongs to mode nftables"
  private static let windowsOnly = "it belongs to Windows"
}
