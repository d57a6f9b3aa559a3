import Addressing
import Glibc
import Netlink
import Reconciler

/// What the core wants of the kernel as far as it goes over netlink: sets, virtual servers and their real servers,
/// the virtual IPs on kube-ipvs0, and tracked flows. Settings, modules and rules are others' part, but for whether rules
/// have changed.
///
/// Five actors, each with a thread of its own and a socket (IPVS has two), opened when first used and anew after they
/// fail.
public final class NetlinkKernel: Sendable {
  /// The dummy device that holds the virtual IPs; kube-proxy's name for it.
  public static let deviceName = "kube-ipvs0"
  /// Services whose destinations are read in one go; between two slices others get their turn at the socket.
  static let servicesPerSlice = KernelState.virtualServersPerPart

  let ipvs: IPVSConnection
  let route: RouteConnection
  let sets: IPSetConnection
  let nftables: NFTablesConnection
  let conntrack: ConntrackConnection

  /// - Parameter transport: opens a socket; tests put a double here.
  public init(
    transport: @escaping TransportFactory = { (family) throws(NetlinkError) in try NetlinkSocket(family) }
  ) {
    ipvs = IPVSConnection(transport)
    route = RouteConnection(transport)
    sets = IPSetConnection(transport)
    nftables = NFTablesConnection(transport)
    conntrack = ConntrackConnection(transport)
  }

  /// Runs `body`; what netlink throws in it is told as this subsystem's error about `object`.
  func naming<R: Sendable>(
    _ subsystem: KernelError.Subsystem, _ object: String, hint: (NetlinkError) -> String = { _ in "" },
    _ body: () async throws(NetlinkError) -> R
  ) async throws(KernelError) -> R {
    do throws(NetlinkError) {
      return try await body()
    } catch {
      throw KernelError(subsystem, error, object: object, hint: hint(error))
    }
  }

  // MARK: The connections' timeouts

  /// The kernel's IPVS connection timeouts.
  public func timeouts() async throws(KernelError) -> IPVSTimeouts {
    try await naming(.ipvs, "ipvsadm -L --timeout") { () throws(NetlinkError) in try await ipvs.timeouts() }
  }

  /// Sets the kernel's IPVS connection timeouts; 0 leaves one as it is.
  public func setTimeouts(_ timeouts: IPVSTimeouts) async throws(KernelError) {
    let result = await ipvs.perform([.setTimeouts(timeouts)]).first ?? .done
    let object = "ipvsadm --set \(timeouts.tcp) \(timeouts.tcpFin) \(timeouts.udp)"
    if let error = result.kernelError(.ipvs, object: object) { throw error }
  }
}
