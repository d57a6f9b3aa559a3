import Addressing
import Netlink
import Reconciler
import Synchronization

/// Tells at which addresses of the node node ports can be served, by the kernel's own notifications.
public final class NodeAddressWatcher: Sendable {
  private let transport: TransportFactory
  private let queries: RouteConnection
  private let retryMilliseconds: Int32
  private let report: @Sendable (KernelError) -> Void

  /// - Parameters:
  ///   - retryMilliseconds: how long to wait after the kernel couldn't be asked.
  ///   - report: called, on a thread of the watcher's, when the kernel can't be asked; it is asked again.
  ///   - transport: opens a socket; tests put a double here.
  public init(
    retryMilliseconds: Int32 = 1000, report: @escaping @Sendable (KernelError) -> Void = { _ in },
    transport: @escaping TransportFactory = { (family) throws(NetlinkError) in try NetlinkSocket(family) }
  ) {
    self.transport = transport
    self.retryMilliseconds = retryMilliseconds
    self.report = report
    queries = RouteConnection(transport)
  }

  /// The addresses as they are now: all that node ports can be served at, those of kube-ipvs0 left out.
  /// - Throws: when they can't be read whole; an error never looks like a node without addresses.
  public func current() async throws(KernelError) -> Set<IPAddress> {
    do throws(NetlinkError) {
      return try await queries.nodeAddresses().addresses
    } catch {
      throw .reading(error)
    }
  }

  /// First the addresses as they are, then all of them again after each change; changes close together come as one,
  /// and who is slow gets the newest only. Ends when nobody listens any more.
  ///
  /// While the kernel can't be asked nothing comes; what came last stays what is known.
  public func addresses() -> AsyncStream<Set<IPAddress>> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Set<IPAddress>.self, bufferingPolicy: .bufferingNewest(1))
    let ending = Ending()
    continuation.onTermination = { _ in ending.isOver.store(true, ordering: .relaxed) }
    let listener = NodeAddressListener(transport, retryMilliseconds: retryMilliseconds, report: report)
    Task { await listener.run(continuation, until: ending) }
    return stream
  }
}

/// Whether nobody listens any more.
final class Ending: Sendable {
  let isOver = Atomic(false)
}

extension KernelError {
  static func reading(_ error: NetlinkError) -> KernelError {
    KernelError(.address, error, object: "ip address show")
  }
}

extension RouteConnection {
  /// The addresses of all interfaces.
  func nodeAddresses() throws(NetlinkError) -> NodeAddressTable {
    NodeAddressTable(deviceIndex: try link(named: NetlinkKernel.deviceName)?.index, try allAddresses())
  }
}
