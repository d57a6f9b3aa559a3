import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// An API server on the loopback device that behaves as kube-apiserver does for what a service proxy asks, and
/// misbehaves on demand.
///
///     let server = FakeAPIServer()
///     try await server.start()
///     try await server.store.apply(["kind": "Service", "metadata": ["name": "a", "namespace": "b"], "spec": …])
///     server.faults.add(Fault(.status(429, retryAfterSeconds: 1), of: .list, times: 2))
///     …
///     await server.stop()
public final class FakeAPIServer: Sendable {
  public struct Settings: Sendable {
    public var host = "127.0.0.1"
    /// 0 for one that is free; the server keeps it when it comes back.
    public var port = 0
    /// Plain HTTP without.
    public var tls: TLSSettings?
    /// The only bearer token that is let in; nil lets everybody in.
    public var token: String?
    public var personality = Personality.v136
    /// How often watches that ask for them get bookmarks by themselves; kube-apiserver: about every minute.
    public var bookmarkInterval = Duration.seconds(60)

    public init() {}
  }

  public let settings: Settings
  public let store: ObjectStore
  public let faults = FaultPlan()
  public let requests = RequestLog()
  private let connections = Connections()
  private let token: TokenCheck
  private let state: Mutex<State>

  private struct State {
    var port: Int
    var running: Running?
  }

  private struct Running {
    let services: ServiceGroup
    let task: Task<Void, any Error>
    let bookmarks: Task<Void, any Error>
  }

  public init(_ settings: Settings = Settings(), store: ObjectStore = ObjectStore()) {
    self.settings = settings
    self.store = store
    token = TokenCheck(settings.token)
    state = Mutex(State(port: settings.port))
  }

  /// Of the listening socket; 0 before the first start.
  public var port: Int { state.withLock { $0.port } }

  /// "https://127.0.0.1:6443".
  public var url: String {
    let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
    return "\(settings.tls == nil ? "http" : "https")://\(host):\(port)"
  }

  /// How many connections have been opened.
  public var openedConnections: Int { connections.opened }

  /// Breaks every connection; the server goes on listening.
  public func breakConnections() { connections.breakAll() }

  /// From now on only this bearer token is let in; nil lets everybody in.
  public func setToken(_ token: String?) { self.token.set(token) }

  // MARK: - Life

  /// Returns when the server listens. Does nothing if it does already.
  ///
  /// - Throws: what the system says when the port can't be had, or NIOSSL about the certificates.
  public func start() async throws {
    guard state.withLock({ $0.running == nil }) else { return }
    connections.allow()
    let (listening, continuation) = AsyncThrowingStream.makeStream(of: Int.self)
    let application = try application { port in continuation.yield(port) }
    let services = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: FakeAPIServer.logger))
    let task = Task {
      do {
        try await services.run()
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
        throw error
      }
    }
    for try await port in listening {
      let bookmarks = Task { [store, interval = settings.bookmarkInterval] in
        while true {
          try await Task.sleep(for: interval)
          await store.sendBookmarks()
        }
      }
      state.withLock { state in
        state.port = port
        state.running = Running(services: services, task: task, bookmarks: bookmarks)
      }
      return
    }
  }

  /// Stops listening, breaks every connection and returns when the port is free. `start` brings the server back on
  /// the same port, with its objects.
  public func stop() async {
    let running = state.withLock { state in
      defer { state.running = nil }
      return state.running
    }
    guard let running else { return }
    running.bookmarks.cancel()
    // A cancelled server would drop connections that it has accepted and not looked at, which NIO takes for an error.
    await running.services.triggerGracefulShutdown()
    connections.refuse()
    _ = await running.task.result
  }

  private static let logger = Logger(label: "fake-api-server", factory: { _ in SwiftLogNoOpLogHandler() })

  private func application(
    onListening: @escaping @Sendable (Int) -> Void
  ) throws -> Application<Responder> {
    let responder = Responder(
      store: store, faults: faults, requests: requests, connections: connections, settings: settings,
      token: token)
    let connections = connections
    let plain = HTTPServerBuilder.http1(
      configuration: .init(additionalChannelHandlers: [ConnectionHandler(connections)]))
    let server =
      try settings.tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: try $0.configuration()) }
      ?? plain
    return Application(
      responder: responder, server: server,
      configuration: ApplicationConfiguration(address: .hostname(settings.host, port: port)),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
      logger: FakeAPIServer.logger)
  }
}
