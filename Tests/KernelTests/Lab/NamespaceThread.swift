import CNamespace
import Foundation
import Synchronization

/// Runs code on a thread of its own inside a network namespace.
enum NamespaceThread {
  struct CannotEnter: Error {
    let namespace: String
    let errno: Int32
  }

  static func start(_ namespace: String, _ body: @escaping @Sendable (Result<Void, CannotEnter>) -> Void) {
    let thread = Thread {
      let code = cnamespace_enter(namespace)
      body(code == 0 ? .success(()) : .failure(CannotEnter(namespace: namespace, errno: code)))
    }
    thread.start()
  }

  /// Runs `body` there and waits for it.
  @discardableResult
  static func run<Value: Sendable>(
    _ namespace: String, _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox<Value>()
    start(namespace) { entered in
      box.set(Result { try entered.get() }.flatMap { Result { try body() } })
      done.signal()
    }
    done.wait()
    return try box.get()
  }

  private final class ResultBox<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, any Error>?>(nil)
    func set(_ result: Result<Value, any Error>) { value.withLock { $0 = result } }
    func get() throws -> Value {
      guard let result = value.withLock({ $0 }) else { throw CancellationError() }
      return try result.get()
    }
  }
}
