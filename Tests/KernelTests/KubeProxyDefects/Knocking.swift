import Addressing
import Foundation
import Synchronization

/// Connects over and over, one connection at a time, and counts who isn't let in at once.
final class Knocking: Sendable {
  /// Less than the second after which a lost SYN is sent again (RFC 6298): who loses one counts as refused.
  private static let patience = 900

  /// Microseconds between two attempts: much less than it takes to start a program, so that the time between two of
  /// them is seen, and enough to leave the machine to others.
  private static let pause: UInt32 = 20_000

  private let isStopped = Atomic(false)
  private let counts = Mutex((answered: 0, refused: 0))
  private let done = DispatchSemaphore(value: 0)

  init(from namespace: String, at address: IPAddress, port: UInt16) {
    NamespaceThread.start(namespace) { [self] entered in
      if case .failure = entered { counts.withLock { $0.refused += 1 } }
      while !isStopped.load(ordering: .relaxed) {
        knock(address, port)
        usleep(Self.pause)
      }
      done.signal()
    }
  }

  private func knock(_ address: IPAddress, _ port: UInt16) {
    do {
      let socket = try Socket(.tcp, address.family)
      socket.setTimeout(milliseconds: Self.patience)
      try socket.connect(address, port: port)
      counts.withLock { $0.answered += 1 }
    } catch {
      counts.withLock { $0.refused += 1 }
    }
  }

  /// Ends it; once more does no harm.
  func stop() -> (answered: Int, refused: Int) {
    isStopped.store(true, ordering: .relaxed)
    done.wait()
    done.signal()
    return counts.withLock { $0 }
  }
}
