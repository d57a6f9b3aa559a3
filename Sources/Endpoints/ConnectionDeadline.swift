import NIOCore

/// Ends a connection that has got no answer for a while: neither a request that trickles in nor a body that never ends
/// nor a client that doesn't read keeps it open.
final class ConnectionDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any

  /// How long a connection may stay open without an answer.
  struct Limits: Sendable {
    /// Before the first.
    var first = TimeAmount.seconds(10)
    /// After one: longer than the usual interval between two scrapes.
    var next = TimeAmount.seconds(75)
  }

  private let limits: Limits
  private var timer: Scheduled<Void>?

  init(_ limits: Limits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { restart(context, limits.first) }
  }

  func channelActive(context: ChannelHandlerContext) {
    restart(context, limits.first)
    context.fireChannelActive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    restart(context, limits.next)
    context.write(data, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  private func restart(_ context: ChannelHandlerContext, _ limit: TimeAmount) {
    timer?.cancel()
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
  }
}
