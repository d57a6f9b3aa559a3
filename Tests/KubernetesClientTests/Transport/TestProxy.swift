import NIOCore
import NIOPosix
import Synchronization

/// An HTTP proxy on loopback that knows CONNECT only, and tunnels to a port on loopback whatever it is asked for.
final class TestProxy: Sendable {
  let port: Int
  private let channel: any Channel
  private let log: ProxyLog

  init(tunnelTo target: Int, answer: String = "HTTP/1.1 200 Connected\r\n\r\n") async throws {
    let log = ProxyLog()
    self.log = log
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            TunnelEntrance(target: target, answer: answer, log: log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  /// The header of each CONNECT.
  var requests: [String] { log.requests.withLock(\.self) }

  func stop() async { try? await channel.close() }
}

private final class ProxyLog: Sendable {
  let requests = Mutex<[String]>([])
}

private final class TunnelEntrance: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let target: Int
  private let answer: String
  private let log: ProxyLog
  private var header = ""
  private var exit: (any Channel)?

  init(target: Int, answer: String, log: ProxyLog) {
    self.target = target
    self.answer = answer
    self.log = log
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if let exit {
      exit.writeAndFlush(buffer, promise: nil)
      return
    }
    header += String(buffer: buffer)
    guard header.hasSuffix("\r\n\r\n") else { return }
    log.requests.withLock { $0.append(header) }
    let entrance = context.channel
    let answer = ByteBuffer(string: answer)
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    let handler = NIOLoopBound(self, eventLoop: entrance.eventLoop)
    ClientBootstrap(group: entrance.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(TunnelExit(entrance: entrance))
        }
      }
      .connect(host: "127.0.0.1", port: target)
      .whenComplete { result in
        handler.value.exit = try? result.get()
        context.value.channel.writeAndFlush(answer, promise: nil)
      }
  }

  func channelInactive(context: ChannelHandlerContext) {
    exit?.close(promise: nil)
  }
}

private final class TunnelExit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let entrance: any Channel

  init(entrance: any Channel) { self.entrance = entrance }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    entrance.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    entrance.close(promise: nil)
  }
}
