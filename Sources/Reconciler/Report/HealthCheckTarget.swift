import Addressing

/// What a load balancer is told on a Service's health check port: how many endpoints this node has.
public struct HealthCheckTarget: Hashable, Sendable {
  /// 1...65535.
  public let port: UInt16
  /// Distinct addresses of ready endpoints on this node that don't shut down, for each family that is served.
  public let localEndpoints: [IPFamily: Int]

  public init(port: UInt16, localEndpoints: [IPFamily: Int]) {
    self.port = port
    self.localEndpoints = localEndpoints
  }

  /// Nil for a Service without health check port.
  init?(
    _ service: ServiceInput, _ slices: [EndpointSliceInput], families: [IPFamily], nodeName: String
  ) {
    guard service.healthCheckNodePort != 0, !families.isEmpty else { return nil }
    port = service.healthCheckNodePort
    var addresses: [IPFamily: Set<IPAddress>] = [:]
    for slice in slices {
      for endpoint in slice.endpoints
      where endpoint.nodeName == nodeName && endpoint.isReady && !endpoint.isTerminating {
        addresses[endpoint.address.family, default: []].insert(endpoint.address)
      }
    }
    localEndpoints = Dictionary(uniqueKeysWithValues: families.map { ($0, addresses[$0]?.count ?? 0) })
  }
}

/// A Service whose health check port appeared, changed, or went away (nil).
public struct HealthCheckChange: Hashable, Sendable {
  public let service: ServiceKey
  public let target: HealthCheckTarget?

  public init(service: ServiceKey, target: HealthCheckTarget?) {
    self.service = service
    self.target = target
  }
}
