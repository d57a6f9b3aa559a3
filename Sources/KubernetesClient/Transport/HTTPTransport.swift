import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Reconciler

/// The API server over HTTP/1.1 and TLS.
///
/// HTTP/1.1 and not HTTP/2: each watch has a connection of its own, so that a dead connection ends one watch and not all
/// of them, and a slow reader slows down only its own. (The client has no HTTP/2 pings to find a dead connection with.)
///
/// TLS settings belong to a request here, and connections to their settings: after a change of certificates the next
/// request opens a new connection, and the old ones end with the requests that use them.
public actor HTTPTransport: APITransport {
  private let source: CredentialSource
  private let client: HTTPClient
  private let encoding: RequestEncoding
  private let failures: FailureExplanation
  private let time: any TimeSource
  private let tell: @Sendable (String) -> Void
  private var bucket: TokenBucket?
  private var tls: (material: Credentials.TLSMaterial, configuration: TLSConfiguration)?
  /// Material that can't be used, so that it is told once.
  private var unusable: Credentials.TLSMaterial?

  /// - Parameters:
  ///   - source: Where credentials come from, and where the server is.
  ///   - version: Ours, for the header field User-Agent.
  ///   - limit: How many requests a second may be sent.
  ///   - time: The clock of the limit and the timeouts.
  ///   - tell: Gets a sentence when new certificates can't be used and the last ones stay.
  public init(
    _ source: CredentialSource, version: String, limit: RequestLimit = RequestLimit(),
    time: any TimeSource = SystemTime(), tell: @escaping @Sendable (String) -> Void
  ) {
    self.source = source
    self.time = time
    self.tell = tell
    encoding = RequestEncoding(access: source.access, userAgent: Self.userAgent(version))
    failures = FailureExplanation(access: source.access)
    bucket = limit.rate.map { TokenBucket(rate: $0, burst: limit.burst, now: time.now()) }
    client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: ClientConfiguration.make(for: source.access))
  }

  /// As client-go words it: "ipvs-proxy/0.2.0 (linux/amd64)".
  static func userAgent(_ version: String) -> String {
    #if arch(x86_64)
      let architecture = "amd64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "unknown"
    #endif
    return "ipvs-proxy/\(version) (linux/\(architecture))"
  }

  public func send(_ request: APIRequest) async throws(TransportError) -> APIResponse {
    try await waitForToken()
    let credentials: Credentials
    var encoded: HTTPClientRequest
    do {
      credentials = try await source.current()
      encoded = encoding.encode(request, credentials)
      if source.access.server.isEncrypted { encoded.tlsConfiguration = try configuration(credentials.tls) }
    } catch {
      throw TransportError(.credentials, server: failures.server, message: "\(error)")
    }
    let response: HTTPClientResponse
    do {
      let deadline = request.idleTimeout.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
      response = try await client.execute(encoded, deadline: deadline)
    } catch {
      throw await failures.explainWithCertificate(error, credentials.tls)
    }
    if response.status == .unauthorized { await source.refused(credentials) }
    return answer(response, request, credentials.tls)
  }

  /// Ends all connections. To be called once, last: requests from then on fail.
  public func shutdown() async {
    try? await client.shutdown()
  }

  private func answer(
    _ response: HTTPClientResponse, _ request: APIRequest, _ material: Credentials.TLSMaterial
  ) -> APIResponse {
    let reader = BodyReader(
      response.body, idleTimeout: request.idleTimeout, time: time,
      explain: { [failures] error in failures.explain(error, material) })
    return APIResponse(
      status: Int(response.status.code),
      contentType: (response.headers.first(name: "content-type") ?? "").lowercased(),
      retryAfter: response.headers.first(name: "retry-after").flatMap(Self.retryAfter),
      body: AsyncThrowingStream { try await reader.next() })
  }

  /// Seconds; API servers send no dates. More than a day is not believed.
  static func retryAfter(_ text: String) -> Duration? {
    guard let seconds = Int64(text), (0...86_400).contains(seconds) else { return nil }
    return .seconds(seconds)
  }

  private func waitForToken() async throws(TransportError) {
    guard let ready = bucket?.reserve(now: time.now()), ready > time.now() else { return }
    do { try await time.sleep(until: ready) } catch {
      throw failures.explain(error, Credentials.TLSMaterial())
    }
  }

  /// The TLS settings of this material, or of the last that could be used: of two files that are replaced one after the
  /// other, a request may see the new one with the old one.
  private func configuration(_ material: Credentials.TLSMaterial) throws(AccessError) -> TLSConfiguration {
    if let tls, tls.material == material { return tls.configuration }
    do {
      let configuration = try TLSConfigurationBuilder(access: source.access).configuration(material)
      tls = (material, configuration)
      unusable = nil
      return configuration
    } catch {
      guard let tls else { throw error }
      if unusable != material { tell("\(error); the last certificates stay in use") }
      unusable = material
      return tls.configuration
    }
  }
}
