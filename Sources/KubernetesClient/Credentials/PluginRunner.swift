import Subprocess

/// Runs a credential plugin as a child process, without any input.
struct PluginRunner: Sendable {
  /// A program that takes longer is ended: SIGTERM, then SIGKILL.
  var timeLimit: Duration = .seconds(30)
  /// Bytes of standard output.
  var outputLimit = 1 << 20

  func run(_ command: PluginCommand) async throws(HostError) -> [UInt8] {
    let answer: Answer
    do {
      answer = try await withThrowingTaskGroup { group in
        group.addTask { try await execute(command) }
        group.addTask {
          try await Task.sleep(for: timeLimit)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let answer = first else {
          throw HostError("did not end within \(timeLimit)")
        }
        return answer
      }
    } catch let error as HostError {
      throw error
    } catch {
      throw translated(error)
    }
    guard answer.status == 0 else {
      let message = answer.errors.split(separator: "\n").last.map { ": \($0)" } ?? ""
      throw HostError(
        answer.status > 0
          ? "ended with exit status \(answer.status)\(message)" : "was ended by signal \(-answer.status)")
    }
    return answer.output
  }

  private struct Answer: Sendable {
    /// The exit status, or a signal as a negative number.
    let status: Int32
    let output: [UInt8]
    let errors: String
  }

  private func execute(_ command: PluginCommand) async throws -> Answer? {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))]
    let environment = command.environment.reduce(into: [Environment.Key: String?]()) { values, pair in
      values[Environment.Key(stringLiteral: pair.key)] = pair.value
    }
    let executable: Executable =
      command.program.contains("/") ? .path(literal(command.program)) : .name(command.program)
    let result = try await Subprocess.run(
      executable, arguments: Arguments(command.arguments), environment: .inherit.updating(environment),
      platformOptions: options, input: .none, output: .bytes(limit: outputLimit),
      error: .bytes(limit: 1 << 20))
    let status: Int32
    switch result.terminationStatus {
    case .exited(let code): status = code
    case .signaled(let number): status = -number
    }
    return Answer(
      status: status, output: Array(result.standardOutput),
      errors: String(decoding: result.standardError, as: UTF8.self))
  }

  /// The library's path type, whose own module this one need not depend on.
  private func literal<Value: ExpressibleByStringLiteral>(_ text: Value.StringLiteralType) -> Value {
    Value(stringLiteral: text)
  }

  private func translated(_ error: any Error) -> HostError {
    guard let error = error as? SubprocessError else { return HostError("\(error)") }
    return switch error.code {
    case .executableNotFound: HostError(isMissing: true, "no such program")
    case .outputLimitExceeded: HostError("more than \(outputLimit) bytes of output")
    default: HostError("\(error)")
    }
  }
}
