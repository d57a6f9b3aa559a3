import Addressing
import Reconciler

/// A Service with its endpoints, told from others by its number. As created: one port, five endpoints on other nodes.
struct Sample {
  static let endpoints = 5

  let number: Int
  var port: UInt16 = 80
  var endpoints: [EndpointInput]

  init(_ number: Int) {
    self.number = number
    endpoints = []
    for _ in 0..<Self.endpoints { addEndpoint(on: "another-node") }
  }

  mutating func addEndpoint(on node: String) {
    // 10.128.0.0/9, sixteen addresses for each Service.
    let address = IPAddress(ipv4: 0x0A80_0000 + UInt32(number * 16 + endpoints.count))
    endpoints.append(EndpointInput(address, nodeName: node))
  }

  private var key: ServiceKey { ServiceKey(namespace: "default", name: "service-\(number)") }
  private var sliceKey: EndpointSliceKey {
    EndpointSliceKey(namespace: "default", name: "service-\(number)-slice")
  }

  private var service: ServiceInput {
    // 10.96.0.0/16.
    let address = IPAddress(ipv4: 0x0A60_0000 + UInt32(number))
    return ServiceInput(key: key, clusterIPs: [address], ports: [ServicePortInput(port: port)])
  }

  private var slice: EndpointSliceInput {
    EndpointSliceInput(
      key: sliceKey, service: key, family: .ipv4, ports: [EndpointPortInput(port: 8080)],
      endpoints: endpoints)
  }

  /// Both objects, as they are now.
  var put: [InputChange] { [.service(key, service), .endpointSlice(sliceKey, slice)] }
  var remove: [InputChange] { [.endpointSlice(sliceKey, nil), .service(key, nil)] }
}
