import ArgumentParser
import LinuxNode

/// Kernel settings of the node, and how long connections may last. Names and defaults are kube-proxy's; 0 leaves the
/// kernel's own value everywhere but in `--drain-timeout`.
struct KernelOptions: ParsableArguments {
  @Flag(
    name: .customLong("ipvs-strict-arp"),
    help: "Answer ARP for an address on its own interface only (MetalLB).")
  var strictARP = false

  @Option(
    name: .customLong("ipvs-tcp-timeout"),
    help: ArgumentHelp("IPVS timeout of idle TCP connections.", valueName: "duration"))
  var tcpTimeout = GoDuration(.zero)

  @Option(
    name: .customLong("ipvs-tcpfin-timeout"),
    help: ArgumentHelp("IPVS timeout of TCP connections after a FIN.", valueName: "duration"))
  var tcpFinTimeout = GoDuration(.zero)

  @Option(
    name: .customLong("ipvs-udp-timeout"),
    help: ArgumentHelp("IPVS timeout of UDP flows.", valueName: "duration"))
  var udpTimeout = GoDuration(.zero)

  @Option(
    name: .customLong("conntrack-max-per-core"),
    help: "Conntrack entries for each core; 0 leaves the kernel's.")
  var conntrackMaxPerCore: UInt32 = 32768

  @Option(name: .customLong("conntrack-min"), help: "Conntrack entries at least.")
  var conntrackMin: UInt32 = 131_072

  @Option(
    name: .customLong("conntrack-tcp-timeout-established"), help: "Conntrack timeout of idle TCP connections."
  )
  var tcpEstablishedTimeout = GoDuration(.seconds(86400))

  @Option(
    name: .customLong("conntrack-tcp-timeout-close-wait"),
    help: ArgumentHelp("Conntrack timeout in CLOSE_WAIT.", valueName: "duration"))
  var tcpCloseWaitTimeout = GoDuration(.seconds(3600))

  @Flag(
    name: .customLong("conntrack-tcp-be-liberal"),
    help: "Let conntrack accept packets outside the TCP window.")
  var tcpBeLiberal = false

  @Option(
    name: .customLong("conntrack-udp-timeout"),
    help: ArgumentHelp("Conntrack timeout of UDP requests.", valueName: "duration"))
  var conntrackUDPTimeout = GoDuration(.zero)

  @Option(
    name: .customLong("conntrack-udp-timeout-stream"),
    help: ArgumentHelp("Conntrack timeout of UDP flows.", valueName: "duration"))
  var conntrackUDPStreamTimeout = GoDuration(.zero)

  @Option(
    help: ArgumentHelp("How long a real server may drain after its endpoint has gone.", valueName: "duration")
  )
  var drainTimeout = GoDuration(.seconds(900))

  var settings: NodeConfiguration.KernelSettings {
    NodeConfiguration.KernelSettings(
      strictARP: strictARP,
      ipvsTimeouts: NodeConfiguration.KernelSettings.IPVSTimeouts(
        tcp: tcpTimeout.duration, tcpFin: tcpFinTimeout.duration, udp: udpTimeout.duration),
      conntrack: NodeConfiguration.KernelSettings.Conntrack(
        maximumPerCore: Int(conntrackMaxPerCore), minimum: Int(conntrackMin),
        tcpEstablishedTimeout: tcpEstablishedTimeout.duration,
        tcpCloseWaitTimeout: tcpCloseWaitTimeout.duration,
        tcpBeLiberal: tcpBeLiberal, udpTimeout: conntrackUDPTimeout.duration,
        udpStreamTimeout: conntrackUDPStreamTimeout.duration))
  }
}
