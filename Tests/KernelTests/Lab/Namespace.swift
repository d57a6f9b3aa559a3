/// A network namespace of its own for one test.
final class Namespace {
  let name: String

  init(_ name: String) throws {
    self.name = "t-\(name)"
    try Shell.check(["ip", "netns", "add", self.name])
    try Shell.check(["ip", "-n", self.name, "link", "set", "lo", "up"])
  }

  deinit { _ = try? Shell.run(["ip", "netns", "del", name]) }

  @discardableResult
  func run(_ command: String...) throws -> CommandResult { try run(command) }

  @discardableResult
  func run(_ command: [String]) throws -> CommandResult {
    try Shell.check(["ip", "netns", "exec", name] + command)
  }

  /// Runs `body` on a thread inside; threads that it starts stay inside.
  func inside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    try NamespaceThread.run(name, body)
  }
}
