import Addressing
import Glibc
import Netlink
import Reconciler
import Synchronization

/// Waits for notifications on a thread of its own, which it holds for as long as somebody listens.
actor NodeAddressListener {
  /// How often to look whether somebody listens still.
  private static let pollMilliseconds: Int32 = 1000
  /// Changes closer together than this come as one.
  private static let settleMilliseconds: Int32 = 20
  /// Datagrams taken up before the outcome is told, however many more there are.
  private static let batch = 256

  private nonisolated let thread = KernelThread(name: "netlink-watch")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let transport: TransportFactory
  private let retryMilliseconds: Int32
  private let report: @Sendable (KernelError) -> Void

  init(
    _ transport: @escaping TransportFactory, retryMilliseconds: Int32,
    report: @escaping @Sendable (KernelError) -> Void
  ) {
    self.transport = transport
    self.retryMilliseconds = retryMilliseconds
    self.report = report
  }

  func run(_ continuation: AsyncStream<Set<IPAddress>>.Continuation, until ending: Ending) {
    var told: Set<IPAddress>?
    while !ending.isOver.load(ordering: .relaxed) {
      do throws(NetlinkError) {
        try listen(until: ending) { addresses in
          if addresses != told { continuation.yield(addresses) }
          told = addresses
        }
      } catch {
        report(.reading(error))
        Self.pause(retryMilliseconds)
      }
    }
  }

  /// - Throws: what makes new sockets necessary.
  private func listen(
    until ending: Ending, _ tell: (Set<IPAddress>) -> Void
  ) throws(NetlinkError) {
    // Before the first look, or a change between the two would be missed.
    let monitor = try RouteMonitor(try transport(.route))
    let client = RouteClient(NetlinkConnection(try transport(.route)))
    var table = try Self.look(client)
    tell(table.addresses)
    while !ending.isOver.load(ordering: .relaxed) {
      guard monitor.isReadable(within: Self.pollMilliseconds) else { continue }
      if try !Self.take(from: monitor, into: &table) { table = try Self.look(client) }
      tell(table.addresses)
    }
  }

  /// Takes up what has been told, and what follows on its heels.
  /// - Returns: false when everything must be looked at again.
  private static func take(
    from monitor: RouteMonitor, into table: inout NodeAddressTable
  ) throws(NetlinkError) -> Bool {
    var isWhole = true
    for _ in 0..<batch {
      do throws(NetlinkError) {
        for notification in try monitor.next() where !table.take(notification) { isWhole = false }
      } catch .answerLost {
        // The buffer overflowed: some are lost, the socket is fine.
        isWhole = false
      }
      if !monitor.isReadable(within: settleMilliseconds) { break }
    }
    return isWhole
  }

  private static func look(_ client: RouteClient) throws(NetlinkError) -> NodeAddressTable {
    let device = try client.link(named: NetlinkKernel.deviceName)
    return NodeAddressTable(deviceIndex: device?.index, try client.addresses(of: nil))
  }

  private static func pause(_ milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }
}
