import Addressing
import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import Monitoring
import NIOCore
import NIOPosix
import Synchronization

/// One bound address that answers HTTP/1.1. Clients that are slow, silent or too many harm nobody: heads of requests
/// are small, a connection ends a while after its last request, and beyond the limit new ones are closed at once.
struct HTTPListener: Sendable {
  /// What clients may take.
  struct Limits: Sendable {
    /// At the same time.
    var connections = 512
    var deadline = ConnectionDeadline.Limits()
  }

  /// After a stop is asked for, until what is still being sent is cut off.
  private static let stopGrace = TimeAmount.seconds(2)

  private let channel: NIOAsyncChannel<HTTP1Channel.Value, Never>
  private let http: HTTP1Channel
  private let logger: Logger
  private let limits: Limits
  private let admits: @Sendable (any Channel) async -> Bool

  /// - Parameters:
  ///   - address: where; 0.0.0.0 and `::` both mean every address of the machine, as they do in Go's `net.Listen`.
  ///   - isSingleFamily: whether they mean those of their own family, the other being left to another listener.
  ///   - logger: for what libraries tell; only their warnings pass.
  ///   - limits: what clients may take.
  ///   - answer: called for each request, from any thread.
  /// - Throws: when the address can't be bound: IOError with the errno.
  init(
    _ address: ListenAddress, isSingleFamily: Bool, logger: Logger, limits: Limits = Limits(),
    answer: @escaping @Sendable (HTTPQuestion) async -> HTTPAnswer
  ) async throws {
    let quiet = logger.quiet
    let http = Self.http(limits, answer)
    let channel: NIOAsyncChannel<HTTP1Channel.Value, Never>
    if address.address.isUnspecified && !isSingleFamily {
      do {
        channel = try await Self.bind("::", address.port, takesIPv4: true, http, quiet)
      } catch let error as IOError where error.errnoCode == EAFNOSUPPORT {
        // A kernel without IPv6.
        channel = try await Self.bind("0.0.0.0", address.port, takesIPv4: true, http, quiet)
      }
    } else {
      channel = try await Self.bind(address.address.description, address.port, takesIPv4: false, http, quiet)
    }
    self.init(channel, http, quiet, limits, admits: { _ in true })
  }

  /// - Parameters:
  ///   - path: of a Unix socket that isn't there yet.
  ///   - logger: for what libraries tell; only their warnings pass.
  ///   - limits: what clients may take.
  ///   - admits: whether a connection may ask at all; others are closed without an answer.
  ///   - answer: called for each request, from any thread.
  /// - Throws: when it can't be made: IOError with the errno.
  init(
    socketPath path: String, logger: Logger, limits: Limits,
    admits: @escaping @Sendable (any Channel) async -> Bool,
    answer: @escaping @Sendable (HTTPQuestion) async -> HTTPAnswer
  ) async throws {
    let http = Self.http(limits, answer)
    let quiet = logger.quiet
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(unixDomainSocketPath: path, serverBackPressureStrategy: nil) {
        http.setup(channel: $0, logger: quiet)
      }
    self.init(channel, http, quiet, limits, admits: admits)
  }

  private init(
    _ channel: NIOAsyncChannel<HTTP1Channel.Value, Never>, _ http: HTTP1Channel, _ logger: Logger,
    _ limits: Limits, admits: @escaping @Sendable (any Channel) async -> Bool
  ) {
    self.channel = channel
    self.http = http
    self.logger = logger
    self.limits = limits
    self.admits = admits
  }

  private static func http(
    _ limits: Limits, _ answer: @escaping @Sendable (HTTPQuestion) async -> HTTPAnswer
  ) -> HTTP1Channel {
    HTTP1Channel(
      responder: { request, writer, _ in
        let answer = await answer(HTTPQuestion(request))
        try await writer.write(answer, isHead: request.method == .head)
      },
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionDeadline(limits.deadline)],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100)))
  }

  private static func bind(
    _ host: String, _ port: UInt16, takesIPv4: Bool, _ http: HTTP1Channel, _ logger: Logger
  ) async throws -> NIOAsyncChannel<HTTP1Channel.Value, Never> {
    var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
    if host.contains(":") {
      // Said either way: the machine's default is a sysctl (net.ipv6.bindv6only).
      bootstrap = bootstrap.serverChannelOption(
        ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: takesIPv4 ? 0 : 1)
    }
    return try await bootstrap.bind(host: host, port: Int(port), serverBackPressureStrategy: nil) {
      http.setup(channel: $0, logger: logger)
    }
  }

  /// The port that is bound.
  var port: UInt16 { channel.channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? 0 }

  /// Answers until the task is cancelled. The address is free when this returns.
  func serve() async {
    let (http, logger, admits) = (http, logger, admits)
    let open = OpenConnections(limit: limits.connections)
    await withDiscardingTaskGroup { group in
      do {
        try await channel.executeThenClose { connections in
          for try await connection in connections {
            let isWelcome = open.enter()
            group.addTask {
              if !isWelcome {
                try? await connection.executeThenClose { _, _ in }
                return
              }
              if await admits(connection.channel) {
                await Self.handle(connection, http, logger)
              } else {
                try? await connection.executeThenClose { _, _ in }
              }
              open.leave()
            }
          }
        }
      } catch is CancellationError {
        // Asked to end.
      } catch {
        logger.warning("stopped accepting connections: \(error)")
      }
      group.cancelAll()
    }
  }

  private static func handle(_ connection: HTTP1Channel.Value, _ http: HTTP1Channel, _ logger: Logger) async {
    let channel = connection.channel
    await withTaskCancellationHandler {
      await http.handle(value: connection, logger: logger)
    } onCancel: {
      channel.eventLoop.scheduleTask(in: stopGrace) { channel.close(promise: nil) }
    }
  }
}

/// How many connections are open.
private final class OpenConnections: Sendable {
  private let limit: Int
  private let count = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// - Returns: whether there is room for one more, which is counted then.
  func enter() -> Bool {
    count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}

extension HTTPQuestion {
  fileprivate init(_ request: Request) {
    self.init(path: request.uri.path, method: request.method.rawValue)
    guard request.uri.query != nil else { return }
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
  }
}

extension ResponseWriter {
  /// HEAD gets the same headers and no body.
  fileprivate consuming func write(_ answer: HTTPAnswer, isHead: Bool) async throws {
    var fields = HTTPFields()
    fields[.contentType] = answer.contentType
    fields[.xContentTypeOptions] = "nosniff"
    for header in answer.headers {
      if let name = HTTPField.Name(header.name) { fields[name] = header.value }
    }
    fields[.date] = CalendarTime(Moment.now().wall).httpDate
    let body = ByteBuffer(string: answer.body)
    fields[.contentLength] = String(body.readableBytes)
    try await write(
      response: HTTPResponse(status: .init(code: answer.status), headerFields: fields),
      body: isHead ? ResponseBody() : ResponseBody(byteBuffer: body))
  }
}

extension Logger {
  /// Its warnings only.
  fileprivate var quiet: Logger {
    var copy = self
    copy.logLevel = max(copy.logLevel, .warning)
    return copy
  }
}
