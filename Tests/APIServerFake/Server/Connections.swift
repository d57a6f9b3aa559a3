import NIOCore
import Synchronization

/// The connections that are open, so that they can be broken.
final class Connections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: (number: Int, channel: any Channel)] = [:]
    var opened = 0
    var isRefusing = false
  }

  private let state = Mutex(State())

  /// How many there have been.
  var opened: Int { state.withLock { $0.opened } }

  func number(of channel: any Channel) -> Int {
    state.withLock { $0.channels[ObjectIdentifier(channel)]?.number ?? 0 }
  }

  /// Breaks all connections; those that come until `allow` are broken at once.
  func refuse() {
    let channels = state.withLock { state in
      state.isRefusing = true
      return state.channels.values.map(\.channel)
    }
    for channel in channels { channel.close(promise: nil) }
  }

  func allow() { state.withLock { $0.isRefusing = false } }

  /// Breaks all connections there are now.
  func breakAll() {
    for connection in state.withLock({ $0.channels.values }) { connection.channel.close(promise: nil) }
  }

  fileprivate func add(_ channel: any Channel) {
    let isRefusing = state.withLock { state in
      state.opened += 1
      state.channels[ObjectIdentifier(channel)] = (state.opened, channel)
      return state.isRefusing
    }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }
    if isRefusing { channel.close(promise: nil) }
  }
}

/// Keeps the list of connections, and closes one when its client does: nothing else would tell a quiet watch.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  private let connections: Connections

  init(_ connections: Connections) { self.connections = connections }

  func handlerAdded(context: ChannelHandlerContext) { connections.add(context.channel) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }
}
