import Netlink
import Reconciler

extension NetlinkKernel {
  /// What each virtual server has carried, whoever's it is: one dump without the real servers. Empty on a kernel
  /// without IPVS.
  public func traffic() async throws(KernelError) -> [VirtualServerID: TrafficCounts] {
    let found = try await naming(.ipvs, "ipvsadm -Ln --stats") {
      () throws(NetlinkError) -> [IPVSServiceKey: IPVSTraffic] in
      do throws(NetlinkError) {
        return try await ipvs.traffic()
      } catch .familyMissing {
        return [:]
      }
    }
    var traffic: [VirtualServerID: TrafficCounts] = [:]
    traffic.reserveCapacity(found.count)
    for (key, counts) in found {
      if let id = VirtualServerID(key) { traffic[id] = TrafficCounts(counts) }
    }
    return traffic
  }
}

extension TrafficCounts {
  fileprivate init(_ traffic: IPVSTraffic) {
    self.init(
      connections: traffic.connections, incomingPackets: traffic.incomingPackets,
      outgoingPackets: traffic.outgoingPackets, incomingBytes: traffic.incomingBytes,
      outgoingBytes: traffic.outgoingBytes)
  }
}
