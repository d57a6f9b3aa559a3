import Addressing
import Reconciler

/// Services as scripts/bench-memory has the test API server make them: five endpoints each on three nodes in turn,
/// every 10th with a node port, every 20th with a load balancer's address, names and UIDs of a cluster's length.
/// Each object has strings of its own, as after decoding.
struct Cluster {
  static let node = "node-1"
  static let nodeAddress = IPAddress(ipv4: 0xC000_0201)

  let services: Int
  let endpointsPerService: Int

  func service(_ number: Int) -> InputChange {
    let isLoadBalancer = number % 20 == 7
    let hasNodePort = isLoadBalancer || number % 10 == 3
    var input = ServiceInput(
      key: key(number), createdAt: 1_795_226_677, uid: uid(number),
      // From 10.96.1.0 and 198.18.0.1 upward.
      clusterIPs: [IPAddress(ipv4: 0x0A60_0100 + UInt32(number))],
      ports: [
        ServicePortInput(
          name: "http", port: 80, nodePort: hasNodePort ? UInt16(20_000 + number % 20_000) : 0)
      ])
    if isLoadBalancer { input.loadBalancerIPs = [IPAddress(ipv4: 0xC612_0001 + UInt32(number))] }
    if number % 5 == 1 { input.sessionAffinity = 10_800 }
    return .service(key(number), input)
  }

  /// `isReplaced`: its first pod has given way to another.
  func slice(_ number: Int, isReplaced: Bool = false) -> InputChange {
    let key = EndpointSliceKey(namespace: namespace(number), name: "service-\(number)-0xk7q")
    let endpoints = (0..<endpointsPerService).map { index in
      // From 10.128.0.1 and 10.192.0.1 upward.
      let first: UInt32 = isReplaced && index == 0 ? 0x0AC0_0001 : 0x0A80_0001
      return EndpointInput(
        IPAddress(ipv4: first + UInt32(number * endpointsPerService + index)),
        nodeName: "node-\((number + index) % 3 + 1)")
    }
    return .endpointSlice(
      key,
      EndpointSliceInput(
        key: key, service: self.key(number), family: .ipv4,
        ports: [EndpointPortInput(name: "http", port: 8080)], endpoints: endpoints))
  }

  private func namespace(_ number: Int) -> String { "team-\(number % 50)" }

  private func key(_ number: Int) -> ServiceKey {
    ServiceKey(namespace: namespace(number), name: "service-\(number)")
  }

  private func uid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "a0000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}
