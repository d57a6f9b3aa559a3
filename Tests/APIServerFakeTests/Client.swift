import APIServerFake
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// A plain HTTP client, so that bytes are seen as they are.
struct Client {
  struct Answer {
    let status: Int
    let header: [String: String]
    let body: [UInt8]
    /// The connection ended before the body did.
    var isCut = false

    var text: String { String(decoding: body, as: UTF8.self) }

    func value() throws -> Value { try Value(json: body) }
  }

  let base: String
  private let client: HTTPClient

  /// Runs `use` with a client of the server's, and closes its connections then.
  static func with<T>(
    _ server: FakeAPIServer, tls: TLSConfiguration? = nil, read: TimeAmount = .seconds(60),
    _ use: (Client) async throws -> T
  ) async throws -> T {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, timeout: .init(connect: .seconds(30), read: read))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let result: Result<T, any Error>
    do {
      result = .success(try await use(Client(base: server.url, client: client)))
    } catch {
      result = .failure(error)
    }
    try await client.shutdown()
    return try result.get()
  }

  private init(base: String, client: HTTPClient) {
    self.base = base
    self.client = client
  }

  func open(
    _ path: String, accept: String = "application/json", token: String? = nil, post: String? = nil
  ) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: base + path)
    request.headers.add(name: "Accept", value: accept)
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let post {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: post))
    }
    return try await client.execute(request, timeout: .seconds(60))
  }

  func get(
    _ path: String, accept: String = "application/json", token: String? = nil, post: String? = nil
  ) async throws -> Answer {
    let response = try await open(path, accept: accept, token: token, post: post)
    var body: [UInt8] = []
    var isCut = false
    do {
      for try await part in response.body { body += part.readableBytesView }
    } catch {
      isCut = true
    }
    var header: [String: String] = [:]
    for field in response.headers { header[field.name.lowercased()] = field.value }
    return Answer(status: Int(response.status.code), header: header, body: body, isCut: isCut)
  }

  static func contentType(_ response: HTTPClientResponse) -> String? {
    response.headers.first(name: "Content-Type")
  }

  /// Reads a stream until so many bytes are there; less if it ends before.
  static func read(_ response: HTTPClientResponse, bytes count: Int) async throws -> [UInt8] {
    var body: [UInt8] = []
    for try await part in response.body {
      body += part.readableBytesView
      if body.count >= count { break }
    }
    return body
  }
}

/// A server for the time of one test.
func withServer<T>(
  _ settings: FakeAPIServer.Settings = .init(), _ use: (FakeAPIServer) async throws -> T
) async throws -> T {
  let server = FakeAPIServer(settings)
  try await server.start()
  do {
    let result = try await use(server)
    await server.stop()
    return result
  } catch {
    await server.stop()
    throw error
  }
}
