import AsyncHTTPClient
import NIOCore

/// How the HTTP client is set up.
enum ClientConfiguration {
  static func make(for access: ClusterAccess) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10)), proxy: access.proxy.map(proxy), decompression: .disabled)
    configuration.httpVersion = .http1Only
    // Else a refused connection is tried again until the connect timeout. Retries are the caller's.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.http1_1ConnectionDebugInitializer = keepAlive
    if let name = access.tlsServerName { configuration.dnsOverride = [name: access.server.host] }
    return configuration
  }

  private static func proxy(_ proxy: ClusterAccess.Proxy) -> HTTPClient.Configuration.Proxy {
    switch proxy.kind {
    case .socks5: .socksServer(host: proxy.host, port: proxy.port)
    case .http:
      .server(
        host: proxy.host, port: proxy.port,
        authorization: proxy.login.map { .basic(username: $0.username, password: $0.password) })
    }
  }

  /// Has the kernel find out within a minute that the other end is gone without a word: a watch may be silent for hours,
  /// and nothing else would tell (tcp(7)).
  @Sendable private static func keepAlive(_ channel: any Channel) -> EventLoopFuture<Void> {
    let options: [(NIOBSDSocket.OptionLevel, NIOBSDSocket.Option, Int)] = [
      (.socket, .so_keepalive, 1),
      (.tcp, NIOBSDSocket.Option(rawValue: TCPOption.keepIdle), 30),
      (.tcp, NIOBSDSocket.Option(rawValue: TCPOption.keepInterval), 10),
      (.tcp, NIOBSDSocket.Option(rawValue: TCPOption.keepCount), 3),
      (.tcp, NIOBSDSocket.Option(rawValue: TCPOption.userTimeout), 60_000),
    ]
    let settings = options.map { level, name, value in
      channel.setOption(ChannelOptions.Types.SocketOption(level: level, name: name), value: value)
    }
    return EventLoopFuture.andAllSucceed(settings, on: channel.eventLoop)
  }

  /// From linux/tcp.h; stable since Linux 2.6.37.
  private enum TCPOption {
    static let keepIdle: CInt = 4
    static let keepInterval: CInt = 5
    static let keepCount: CInt = 6
    static let userTimeout: CInt = 18
  }
}
