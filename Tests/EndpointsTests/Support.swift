import Addressing
import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Reconciler
import Synchronization
import Testing

@testable import Endpoints

let loopback = IPAddress(ipv4: 0x7F00_0001)
let loopback6 = IPAddress(ipv6High: 0, low: 1)

/// Warnings of libraries would only be noise.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

struct Reply: Equatable {
  var status: UInt
  var headers: [String: String]
  var body: String
}

func ask(_ address: ListenAddress, _ path: String, method: String = "GET") async throws -> Reply {
  var request = HTTPClientRequest(url: "http://\(address)\(path)")
  request.method = .RAW(value: method)
  let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
  let body = try await response.body.collect(upTo: 1 << 20)
  return Reply(
    status: response.status.code,
    headers: Dictionary(
      response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
    body: String(buffer: body))
}

/// Runs a server for as long as the body does.
func serving(
  _ makeService: (@escaping @Sendable (ServerEvent) -> Void) -> HTTPService,
  _ body: (ListenAddress) async throws -> Void
) async throws {
  let (events, feed) = AsyncStream.makeStream(of: ServerEvent.self)
  let service = makeService { feed.yield($0) }
  let running = Task { try await service.run() }
  var iterator = events.makeAsyncIterator()
  guard case .listening(_, let address) = await iterator.next() else {
    Issue.record("it doesn't listen")
    return
  }
  let outcome: Result<Void, any Error>
  do {
    outcome = .success(try await body(address))
  } catch {
    outcome = .failure(error)
  }
  running.cancel()
  try await running.value
  try outcome.get()
}

/// A listener of somebody else.
struct Occupant {
  let channel: any Channel

  init(_ address: IPAddress = loopback, port: UInt16 = 0) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: address.description, port: Int(port)).get()
  }

  var port: UInt16 { channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? 0 }

  func leave() async throws { try await channel.close() }
}

/// A port that was free a moment ago.
func freePort() async throws -> UInt16 {
  let occupant = try await Occupant()
  let port = occupant.port
  try await occupant.leave()
  return port
}

/// A client that says what it likes and hears until the server ends the connection.
struct RawClient {
  private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

  init(_ address: ListenAddress) async throws {
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: address.address.description, port: Int(address.port)) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
  }

  /// Says the text at once, then runs `isReady`, and gives what it heard until the end.
  func say(_ text: String, isReady: @Sendable () async throws -> Void = {}) async throws -> String {
    let heard = Mutex("")
    do {
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: text))
        try await isReady()
        for try await part in inbound { heard.withLock { $0 += String(buffer: part) } }
      }
    } catch  where error is IOError || error is ChannelError {
      // A server that has cut the client off, before or after it was heard.
    }
    return heard.withLock { $0 }
  }
}
