import KubernetesClient
import Monitoring
import Reconciler

/// The way to the API server, with its requests counted as client-go counts them.
struct MeteredTransport: APITransport {
  private let base: HTTPTransport
  private let host: String
  private let metrics: SourceMetrics
  private let time = SystemTime()

  init(_ base: HTTPTransport, host: String, metrics: SourceMetrics) {
    self.base = base
    self.host = host
    self.metrics = metrics
  }

  func send(_ request: APIRequest) async throws(TransportError) -> APIResponse {
    let start = time.now()
    do {
      let response = try await base.send(request)
      count(request, response.status, since: start)
      return response
    } catch {
      count(request, nil, since: start)
      throw error
    }
  }

  private func count(_ request: APIRequest, _ status: Int?, since start: Duration) {
    metrics.requested(request.method.rawValue, host: host, status: status, duration: time.now() - start)
  }

  func shutdown() async { await base.shutdown() }
}
