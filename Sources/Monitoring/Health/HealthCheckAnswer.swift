import Reconciler

/// The answer on a Service's health check port.
public struct HealthCheckAnswer: Hashable, Sendable {
  /// A load balancer weighs nodes by it: the number of endpoints.
  public static let weightHeader = "X-Load-Balancing-Endpoint-Weight"

  public let service: ServiceKey
  public let localEndpoints: Int
  public let isProxyHealthy: Bool

  /// - Parameters:
  ///   - service: whose port it is.
  ///   - localEndpoints: ready ones on this node, of one family.
  ///   - isProxyHealthy: whether the node is served; whether it is about to go doesn't matter here.
  public init(service: ServiceKey, localEndpoints: Int, isProxyHealthy: Bool) {
    self.service = service
    self.localEndpoints = localEndpoints
    self.isProxyHealthy = isProxyHealthy
  }

  /// 200 or 503.
  public var status: Int { localEndpoints > 0 && isProxyHealthy ? 200 : 503 }

  /// As kube-proxy 1.36 writes it, byte for byte. Names of Kubernetes objects need no escaping.
  public var json: String {
    """
    {
    \t"service": {
    \t\t"namespace": "\(service.namespace)",
    \t\t"name": "\(service.name)"
    \t},
    \t"localEndpoints": \(localEndpoints),
    \t"serviceProxyHealthy": \(isProxyHealthy)
    }
    """
  }
}
