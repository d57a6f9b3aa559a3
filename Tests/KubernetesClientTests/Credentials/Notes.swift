import Synchronization

/// What was told, in order.
final class Notes: Sendable {
  private let texts = Mutex<[String]>([])

  var all: [String] { texts.withLock(\.self) }

  var add: @Sendable (String) -> Void {
    { [self] text in texts.withLock { $0.append(text) } }
  }
}
