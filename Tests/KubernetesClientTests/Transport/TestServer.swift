import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP/1.1 server on loopback that answers as a closure says and keeps what it was asked.
final class TestServer: Sendable {
  struct Request: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8] = []
    /// The common name of the client's certificate; nil without one.
    var client: String?
  }

  enum Reply: Sendable {
    case whole(status: Int = 200, headers: [(String, String)] = [], body: String = "")
    /// The parts, then nothing more, but the connection stays.
    case unfinished(parts: [String])
    /// The parts, then the connection breaks.
    case broken(parts: [String])
    /// So many parts of 64 KiB, as fast as they are taken.
    case flood(parts: Int)
    /// Not even a header.
    case silence
  }

  private struct State {
    var requests: [Request] = []
    var connections = 0
    var floodedParts = 0
  }

  let port: Int
  private let channel: any Channel
  private let state = Mutex(State())
  /// A value for each connection that has ended.
  let endings: AsyncStream<Void>
  private let ending: AsyncStream<Void>.Continuation

  /// `tls` nil: without TLS.
  init(tls: TLSConfiguration? = nil, answer: @escaping @Sendable (Request) -> Reply) async throws {
    (endings, ending) = AsyncStream.makeStream()
    let context = try tls.map { try NIOSSLContext(configuration: $0) }
    let box = ServerBox()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try pipeline.addHandler(TestServerHandler(server: box, answer: answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    box.server.withLock { $0 = self }
  }

  /// All so far, in the order of their arrival.
  var requests: [Request] { state.withLock(\.requests) }
  var connectionCount: Int { state.withLock(\.connections) }
  var floodedParts: Int { state.withLock(\.floodedParts) }

  func stop() async { try? await channel.close() }

  fileprivate func began() { state.withLock { $0.connections += 1 } }
  fileprivate func ended() { ending.yield() }
  fileprivate func received(_ request: Request) { state.withLock { $0.requests.append(request) } }
  fileprivate func flooded() { state.withLock { $0.floodedParts += 1 } }
}

/// The server, which has its port only after its handlers have been described.
private final class ServerBox: Sendable {
  let server = Mutex<TestServer?>(nil)
  var value: TestServer? { server.withLock(\.self) }
}

private final class TestServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: ServerBox
  private let answer: @Sendable (TestServer.Request) -> TestServer.Reply
  private var request: TestServer.Request?
  private var partsToFlood = 0

  init(server: ServerBox, answer: @escaping @Sendable (TestServer.Request) -> TestServer.Reply) {
    self.server = server
    self.answer = answer
  }

  func channelActive(context: ChannelHandlerContext) {
    server.value?.began()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    server.value?.ended()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    flood(context)
    context.fireChannelWritabilityChanged()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = TestServer.Request(head: head)
    case .body(let buffer): request?.body += buffer.readableBytesView
    case .end:
      guard var request else { return }
      let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
      request.client = handler?.peerCertificate.map { Self.commonName("\($0)") }
      server.value?.received(request)
      reply(answer(request), context)
    }
  }

  private static func commonName(_ description: String) -> String {
    let rest = description.split(separator: "common_name=").last ?? ""
    return String(rest.prefix { $0 != ";" && $0 != ">" })
  }

  private func reply(_ reply: TestServer.Reply, _ context: ChannelHandlerContext) {
    switch reply {
    case .whole(let status, let headers, let body):
      var fields = HTTPHeaders(headers)
      fields.add(name: "content-length", value: "\(body.utf8.count)")
      write(
        .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)),
        context)
      write(.body(.byteBuffer(ByteBuffer(string: body))), context)
      write(.end(nil), context)
    case .unfinished(let parts): begin(parts, context)
    case .broken(let parts):
      begin(parts, context)
      context.close(promise: nil)
    case .flood(let parts):
      begin([], context)
      partsToFlood = parts
      flood(context)
    case .silence: break
    }
  }

  private func begin(_ parts: [String], _ context: ChannelHandlerContext) {
    let head = HTTPResponseHead(
      version: .http1_1, status: .ok, headers: ["transfer-encoding": "chunked"])
    write(.head(head), context)
    for part in parts { write(.body(.byteBuffer(ByteBuffer(string: part))), context) }
  }

  private func flood(_ context: ChannelHandlerContext) {
    while partsToFlood > 0, context.channel.isWritable {
      partsToFlood -= 1
      server.value?.flooded()
      write(.body(.byteBuffer(ByteBuffer(repeating: 7, count: 64 << 10))), context)
      if partsToFlood == 0 { write(.end(nil), context) }
    }
  }

  private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(part), promise: nil)
  }
}
