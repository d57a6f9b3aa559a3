import Addressing

/// The kernel's connection tracking over one connection.
public final class ConntrackClient {
  private let connection: NetlinkConnection

  /// - Parameter connection: a connection of NETLINK_NETFILTER.
  public init(_ connection: NetlinkConnection) { self.connection = connection }

  /// The flows that the filter lets through and `isWanted` wants. The kernel goes through its whole table; what passes
  /// its filter is looked at here once more, for older kernels have none.
  public func flows(
    _ filter: ConntrackFilter, where isWanted: (ConntrackFlow) -> Bool = { _ in true }
  ) throws(NetlinkError) -> [ConntrackFlow] {
    try connection.dump([ConntrackFlow]()) {
      ConntrackRequest.dump(filter).encode(into: &$0)
    } each: { (flows, message) throws(NetlinkError) in
      guard let flow = try ConntrackFlow(message), filter.matches(flow), isWanted(flow) else { return }
      flows.append(flow)
    }
  }

  /// - Returns: one result each, in order: ENOENT for a flow that has gone.
  public func delete(_ flows: [ConntrackFlow]) -> [RequestResult] {
    connection.perform(flows.count) { ConntrackRequest.delete(flows[$0]).encode(into: &$1) }
  }
}
