import Addressing
import Glibc
import Netlink
import Reconciler

extension NetlinkKernel {
  /// Makes the kernel forget the UDP flows to these virtual servers, so that their next packets are looked at anew: a
  /// flow that began before its virtual server, or before it had a real server, bypasses it for as long as the client
  /// goes on sending. Virtual servers of other protocols are left out.
  ///
  /// Goes through the kernel's table once per family, however many virtual servers there are.
  /// - Returns: how many flows were forgotten.
  /// - Throws: where the table can't be read or a flow can't be deleted; some may be gone then.
  @discardableResult
  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    var count = 0
    for (family, ids) in Dictionary(grouping: ids.filter { $0.transport == .udp }, by: \.family) {
      let destinations = Set(ids.map { FlowDestination(address: $0.address, port: $0.port) })
      let only = destinations.count == 1 ? destinations.first : nil
      let filter = ConntrackFilter(
        family, transport: TransportProtocol.udp.rawValue, destinationAddress: only?.address,
        destinationPort: only?.port)
      let flows = try await naming(.conntrack, "conntrack -L -p udp", hint: Self.conntrackHint) {
        () throws(NetlinkError) in try await conntrack.flows(filter, to: destinations)
      }
      for (flow, result) in zip(flows, await conntrack.delete(flows)) {
        // ENOENT: it has ended by itself.
        if let error = result.kernelError(.conntrack, object: flow.command, benign: [ENOENT]) { throw error }
        if result == .done { count += 1 }
      }
    }
    return count
  }

  private static func conntrackHint(_ error: NetlinkError) -> String {
    error.errno == EINVAL ? "is module nf_conntrack_netlink there?" : ""
  }
}

extension ConntrackFlow {
  /// What an operator would type to do the same.
  fileprivate var command: String {
    "conntrack -D -p udp -s \(original.source) -d \(original.destination) --sport \(original.sourcePort) "
      + "--dport \(original.destinationPort)"
  }
}
