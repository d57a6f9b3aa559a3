import Addressing
import AsyncHTTPClient
import Glibc
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

  /// Takes any free port if none is named.
  init(_ address: IPAddress = loopback, port: UInt16? = nil) async throws {
    let port = if let port { port } else { try await freePort() }
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: address.description, port: Int(port)).get()
  }

  var port: UInt16 { channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? 0 }

  func leave() async throws { try await channel.close() }
}

/// Hands out each port once. They are below those that the kernel picks for whoever names none
/// (net.ipv4.ip_local_port_range, from 32768): one of these could become another test's between the look at it and
/// its use.
private enum Ports {
  static let end: UInt16 = 32_768
  /// Runs side by side begin at different ones.
  static let next = Atomic(20_000 + UInt16(truncatingIfNeeded: getpid()) % 8_000)
}

struct NoFreePort: Error {}

/// A port that nobody listens on at either loopback address.
func freePort() async throws -> UInt16 {
  while true {
    let port = Ports.next.wrappingAdd(1, ordering: .relaxed).oldValue
    guard port < Ports.end else { throw NoFreePort() }
    do {
      for address in [loopback, loopback6] { try await Occupant(address, port: port).leave() }
      return port
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      continue
    }
  }
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
