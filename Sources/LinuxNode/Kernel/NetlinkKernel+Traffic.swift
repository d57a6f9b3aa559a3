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

  /// What the real servers of these virtual servers have carried and have open: a dump for each. A virtual server that
  /// has gone has no entry.
  public func realServerTraffic(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerTraffic]] {
    var traffic: [VirtualServerID: [RealServerTraffic]] = [:]
    for start in stride(from: 0, to: ids.count, by: Self.servicesPerSlice) {
      let slice = ids[start..<min(start + Self.servicesPerSlice, ids.count)]
      let lists = try await naming(.ipvs, "ipvsadm -Ln --stats") { () throws(NetlinkError) in
        try await ipvs.destinationTraffic(of: slice.map(\.key))
      }
      for (id, list) in zip(slice, lists) { traffic[id] = list?.map { RealServerTraffic($0) } }
    }
    return traffic
  }
}

extension RealServerTraffic {
  fileprivate init(_ found: IPVSDestinationTraffic) {
    let destination = found.destination
    self.init(
      RealServerID(destination.address, port: destination.port), weight: destination.weight,
      connections: ConnectionCounts(destination), counts: TrafficCounts(found.traffic))
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
