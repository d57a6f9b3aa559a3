import Glibc
import Synchronization

/// The terminal as it is taken and given back. What is drawn while it is others' is lost, not drawn on their screen.
final class Canvas: Sendable {
  private enum State {
    case others, taken, closed
  }

  private let before = TerminalMode.current
  private let state = Mutex(State.others)

  /// Nothing once it is closed.
  func take() {
    state.withLock { state in
      guard state != .closed else { return }
      before.unbuffered.set()
      Self.write(ControlSequence.enter)
      state = .taken
    }
  }

  func giveBack() { leave(.others) }

  /// For good.
  func close() { leave(.closed) }

  private func leave(_ next: State) {
    state.withLock { state in
      if state == .taken {
        Self.write(ControlSequence.leave)
        before.set()
      }
      state = next
    }
  }

  func draw(_ text: String) {
    state.withLock { state in
      if state == .taken { Self.write(text) }
    }
  }

  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }
}
