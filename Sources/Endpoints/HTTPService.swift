import Addressing
import Logging
import NIOCore
import Reconciler
import ServiceLifecycle

/// An address that can't be listened on.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What would have listened: "metrics server".
  public let server: String
  public let address: ListenAddress
  /// 0 when there is none.
  public let errno: Int32
  public let hint: String

  init(_ server: String, _ address: ListenAddress, _ error: any Error) {
    self.server = server
    self.address = address
    if let error = error as? IOError {
      errno = error.errnoCode
      hint = Errno.name(error.errnoCode)
    } else {
      errno = 0
      hint = "\(error)"
    }
  }

  public var description: String { "\(server): can't listen on \(address): \(hint)" }
}

/// What a server tells.
public enum ServerEvent: Hashable, Sendable {
  /// With the port that was bound.
  case listening(server: String, ListenAddress)
  /// Told once; it is tried again until it succeeds.
  case failed(ListenError)
}

/// A server on one address for as long as the process runs.
public struct HTTPService: Service {
  /// Between two attempts to bind, as in kube-proxy.
  static let retryInterval = Duration.seconds(5)

  private let name: String
  private let address: ListenAddress
  private let failsHard: Bool
  private let isSingleFamily: Bool
  private let time: any TimeSource
  private let logger: Logger
  private let report: @Sendable (ServerEvent) -> Void
  private let answer: @Sendable (HTTPQuestion) async -> HTTPAnswer

  init(
    _ name: String, on address: ListenAddress, failsHard: Bool, isSingleFamily: Bool = false,
    time: any TimeSource, logger: Logger, report: @escaping @Sendable (ServerEvent) -> Void,
    answer: @escaping @Sendable (HTTPQuestion) async -> HTTPAnswer
  ) {
    self.name = name
    self.address = address
    self.failsHard = failsHard
    self.isSingleFamily = isSingleFamily
    self.time = time
    self.logger = logger
    self.report = report
    self.answer = answer
  }

  /// Serves until the task is cancelled or the process shuts down.
  /// - Throws: ListenError when the address can't be bound and that is to be fatal.
  public func run() async throws {
    try await cancelWhenGracefulShutdown { try await bindAndServe() }
  }

  private func bindAndServe() async throws {
    var hasFailed = false
    while !Task.isCancelled {
      do {
        let listener = try await HTTPListener(
          address, isSingleFamily: isSingleFamily, logger: logger, answer: answer)
        hasFailed = false
        report(.listening(server: name, ListenAddress(address.address, port: listener.port)))
        await listener.serve()
      } catch {
        let failure = ListenError(name, address, error)
        if failsHard { throw failure }
        if !hasFailed { report(.failed(failure)) }
        hasFailed = true
      }
      // Also after a listener that broke. Cancelled, there is nothing left to do.
      guard (try? await time.sleep(until: time.now() + Self.retryInterval)) != nil else { return }
    }
  }
}
