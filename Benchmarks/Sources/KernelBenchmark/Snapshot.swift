import Addressing
import Reconciler

/// What a cluster of that many Services tells a node: five endpoints each, every 10th with a node port, every 20th with
/// a load balancer's address too, every 5th with session affinity. Nothing in it is on this node.
struct Snapshot {
  static let endpointsPerService = 5
  static let nodeAddress = IPAddress(ipv4: 0xC0A8_4D01)

  let services: Int

  var changes: [InputChange] {
    (0..<services).flatMap { [service($0), slice($0)] }
  }

  private func key(_ number: Int) -> ServiceKey {
    ServiceKey(namespace: "default", name: "service-\(number)")
  }

  private func service(_ number: Int) -> InputChange {
    let hasNodePort = number % 10 == 0
    var input = ServiceInput(
      key: key(number), createdAt: Self.createdAt(number),
      // 10.96.0.0/16 and 203.0.113.0 upward.
      clusterIPs: [IPAddress(ipv4: 0x0A60_0001 + UInt32(number))],
      ports: [
        ServicePortInput(port: 80, nodePort: hasNodePort ? UInt16(20_000 + number / 10) : 0)
      ])
    if number % 20 == 0 { input.loadBalancerIPs = [IPAddress(ipv4: 0xCB00_7100 + UInt32(number / 20))] }
    if number % 5 == 0 { input.sessionAffinity = 10_800 }
    return .service(key(number), input)
  }

  /// Hardly two in the same second, and in another order than by name.
  private static func createdAt(_ number: Int) -> Int64 { Int64(number) * 7_919 % 1_000_003 }

  private func slice(_ number: Int) -> InputChange {
    let sliceKey = EndpointSliceKey(namespace: "default", name: "service-\(number)-slice")
    // 10.128.0.0/9, eight addresses for each Service.
    let endpoints = (0..<Self.endpointsPerService).map {
      EndpointInput(IPAddress(ipv4: 0x0A80_0000 + UInt32(number * 8 + $0)), nodeName: "another-node")
    }
    return .endpointSlice(
      sliceKey,
      EndpointSliceInput(
        key: sliceKey, service: key(number), family: .ipv4, ports: [EndpointPortInput(port: 8080)],
        endpoints: endpoints))
  }
}
