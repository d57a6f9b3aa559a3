import Netlink
import Reconciler

/// After how much silence IPVS forgets a connection, and whether connection tracking remembers it for longer.
public struct ConnectionTimeouts: Sendable {
  private let wanted: NodeConfiguration.KernelSettings.IPVSTimeouts
  private let kernel: NetlinkKernel
  private let sysctl: Sysctl

  public init(
    _ wanted: NodeConfiguration.KernelSettings.IPVSTimeouts, kernel: NetlinkKernel,
    files: HostFiles = HostFiles()
  ) {
    self.wanted = wanted
    self.kernel = kernel
    sysctl = Sysctl(files)
  }

  /// Sets the timeouts that are wanted and differ. No traffic hangs on them: what can't be set is a warning.
  /// - Returns: what was changed, and what should be but couldn't.
  public func apply() async -> [Notice] {
    do throws(KernelError) {
      var current = try await kernel.timeouts()
      var notices: [Notice] = []
      let target = current.replaced(by: wanted)
      if target != current {
        let change = IPVSTimeouts(
          tcp: current.tcp == target.tcp ? 0 : target.tcp,
          tcpFin: current.tcpFin == target.tcpFin ? 0 : target.tcpFin,
          udp: current.udp == target.udp ? 0 : target.udp)
        try await kernel.setTimeouts(change)
        notices.append(
          Notice(.info, "IPVS timeouts (tcp, tcpfin, udp) were \(current.text), are \(target.text) now"))
        current = target
      }
      return notices + mismatches(current)
    } catch {
      return [Notice(.warning, "the IPVS timeouts stay as they are: \(error)")]
    }
  }

  /// An idle connection that IPVS has forgotten and connection tracking hasn't looks established to both its ends, and
  /// its next packet is refused: kubernetes#80298, #84041.
  private func mismatches(_ ipvs: IPVSTimeouts) -> [Notice] {
    let tcp = seconds("tcp_timeout_established")
    let udp = [seconds("udp_timeout"), seconds("udp_timeout_stream")].compactMap(\.self).max()
    var notices: [Notice] = []
    if let tcp, tcp > ipvs.tcp {
      notices.append(
        Notice(
          .warning,
          "IPVS forgets a TCP connection after \(ipvs.tcp) s of silence, connection tracking after \(tcp) s: a connection "
            + "that is silent for longer than \(ipvs.tcp) s breaks at its next packet; let applications send keep-alives "
            + "more often, or align the two: --ipvs-tcp-timeout=\(tcp)s, "
            + "or --conntrack-tcp-timeout-established=\(ipvs.tcp)s"))
    }
    if let udp, udp > ipvs.udp {
      notices.append(
        Notice(
          .warning,
          "IPVS forgets a UDP flow after \(ipvs.udp) s of silence, connection tracking after \(udp) s: after that the "
            + "flow's packets may still be translated to the endpoint it had, which may be gone; align the two: "
            + "--ipvs-udp-timeout=\(udp)s, or --conntrack-udp-timeout and --conntrack-udp-timeout-stream of at most "
            + "\(ipvs.udp)s"))
    }
    return notices
  }

  private func seconds(_ name: String) -> UInt32? {
    sysctl.value("net/netfilter/nf_conntrack_\(name)").flatMap { UInt32($0) }
  }
}

extension IPVSTimeouts {
  fileprivate func replaced(by wanted: NodeConfiguration.KernelSettings.IPVSTimeouts) -> IPVSTimeouts {
    IPVSTimeouts(
      tcp: wanted.tcp.wholeSeconds.map { UInt32(clamping: $0) } ?? tcp,
      tcpFin: wanted.tcpFin.wholeSeconds.map { UInt32(clamping: $0) } ?? tcpFin,
      udp: wanted.udp.wholeSeconds.map { UInt32(clamping: $0) } ?? udp)
  }

  /// In the order of `ipvsadm --set`.
  fileprivate var text: String { "\(tcp) \(tcpFin) \(udp) s" }
}
