import Glibc
import Inspection
import Logging
import NIOCore
import NIOPosix
import Reconciler
import ServiceLifecycle

/// What the admin socket tells.
public enum AdminEvent: Hashable, Sendable {
  case listening(path: String)
  /// Told once; it is tried again until it succeeds.
  case failed(AdminSocketError)
}

/// The admin socket: answers questions about the state as JSON over HTTP/1.1, to root only.
///
/// The socket's mode keeps others out, and so does the kernel's word on who connects (SO_PEERCRED), for a path may be
/// anywhere. Limits are few connections and small requests; unused, it is a socket that listens and nothing else.
public struct AdminService: Service {
  static let limits = HTTPListener.Limits(
    connections: 16, deadline: ConnectionDeadline.Limits(first: .seconds(10), next: .seconds(30)))

  private let socket: AdminSocket
  private let answers: AdminAnswers
  private let users: Set<UInt32>
  private let time: any TimeSource
  private let logger: Logger
  private let report: @Sendable (AdminEvent) -> Void

  /// - Parameters:
  ///   - path: of the socket.
  ///   - inspector: that answers.
  ///   - users: who may ask, by user id; root and the process's own.
  ///   - time: for the pause before the next attempt to listen.
  ///   - logger: for what libraries tell.
  ///   - report: told when it listens and when it can't.
  public init(
    path: String, inspector: Inspector, users: Set<UInt32> = [0, geteuid()],
    time: any TimeSource = SystemTime(), logger: Logger, report: @escaping @Sendable (AdminEvent) -> Void
  ) {
    socket = AdminSocket(path: path)
    answers = AdminAnswers(inspector: inspector)
    self.users = users
    self.time = time
    self.logger = logger
    self.report = report
  }

  /// Serves until the task is cancelled or the process shuts down; then the socket goes.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await listenAndServe() }
  }

  private func listenAndServe() async {
    var hasFailed = false
    while !Task.isCancelled {
      do throws(AdminSocketError) {
        let listener = try await listen()
        hasFailed = false
        report(.listening(path: socket.path))
        await listener.serve()
        socket.remove()
      } catch {
        if !hasFailed { report(.failed(error)) }
        hasFailed = true
      }
      guard (try? await time.sleep(until: time.now() + HTTPService.retryInterval)) != nil else { return }
    }
  }

  private func listen() async throws(AdminSocketError) -> HTTPListener {
    try socket.makeRoom()
    let listener: HTTPListener
    do {
      listener = try await HTTPListener(
        socketPath: socket.path, logger: logger, limits: Self.limits,
        admits: { [users] in await Self.user(of: $0).map(users.contains) ?? false },
        answer: { [answers] in await answers.answer($0) })
    } catch let error as IOError {
      throw AdminSocketError(socket.path, errno: error.errnoCode)
    } catch {
      throw AdminSocketError(socket.path, "\(error)")
    }
    try socket.restrict()
    return listener
  }

  /// Who is at the other end of a Unix socket (unix(7)); nil when nobody can say.
  static func user(of channel: any Channel) async -> UInt32? {
    guard let options = channel as? any SocketOptionProvider else { return nil }
    let credentials: PeerCredentials? = try? await options.unsafeGetSocketOption(
      level: NIOBSDSocket.OptionLevel.socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    ).get()
    return credentials?.user
  }
}

/// struct ucred of socket(7), which the C library shows to GNU sources only.
private struct PeerCredentials: Sendable {
  let process: Int32
  let user: UInt32
  let group: UInt32
}
