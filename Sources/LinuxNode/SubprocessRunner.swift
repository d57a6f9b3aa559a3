import Glibc
import Subprocess

/// Runs commands as child processes.
public struct SubprocessRunner: CommandRunner {
  /// A program that takes longer is ended: SIGTERM, then SIGKILL.
  public let timeLimit: Duration
  /// Bytes of standard output; 64 MiB hold the rules of a node with half a million of them.
  public let outputLimit: Int

  /// A program may end before it has read all its input. That must show in its exit status, not end this process.
  private static let ignoreBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

  public init(timeLimit: Duration = .seconds(30), outputLimit: Int = 64 << 20) {
    self.timeLimit = timeLimit
    self.outputLimit = outputLimit
    Self.ignoreBrokenPipes
  }

  public func run(_ command: Command) async throws(CommandError) -> String {
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
          throw CommandError.timedOut(program: command.program, after: timeLimit)
        }
        return answer
      }
    } catch let error as CommandError {
      throw error
    } catch {
      throw translated(error, command)
    }
    guard answer.status == 0 else {
      let message = firstLine(answer.errors) ?? firstLine(answer.output) ?? ""
      throw .failed(program: command.program, status: answer.status, message: message)
    }
    return answer.output
  }

  private struct Answer: Sendable {
    /// The exit status, or a signal as a negative number.
    let status: Int32
    let output: String
    let errors: String
  }

  /// Input that a program need not read to its end. What it says then counts, not that a pipe broke: with the
  /// library's own kinds of input a broken pipe ends the whole process (swift-subprocess 1.0.2 leaves the
  /// descriptor open, which its own check takes for a fatal error).
  private struct Input: InputProtocol {
    let bytes: [UInt8]

    func write(with writer: StandardInputWriter) async throws {
      _ = try? await writer.write(bytes)
    }
  }

  private func execute(_ command: Command) async throws -> Answer? {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))]
    // Resolved first: the library would start a process for each directory that it searches in vain.
    let file = try await Executable.name(command.program).resolveExecutablePath(in: environment)
    let result = try await Subprocess.run(
      .path(file), arguments: Arguments(command.arguments), environment: environment,
      platformOptions: options, input: Input(bytes: Array(command.input.utf8)),
      output: .bytes(limit: outputLimit),
      error: .bytes(limit: 1 << 20))
    let status: Int32
    switch result.terminationStatus {
    case .exited(let code): status = code
    case .signaled(let number): status = -number
    }
    return Answer(
      status: status, output: String(decoding: result.standardOutput, as: UTF8.self),
      errors: String(decoding: result.standardError, as: UTF8.self))
  }

  /// Messages in English, and the system's directories even where PATH is a plain user's.
  private var environment: Environment {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let directories = path.isEmpty ? [] : [path]
    return .inherit.updating([
      "LC_ALL": "C",
      "PATH": (directories + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]).joined(
        separator: ":"),
    ])
  }

  private func translated(_ error: any Error, _ command: Command) -> CommandError {
    guard let error = error as? SubprocessError else {
      return .broken(program: command.program, reason: "\(error)")
    }
    return switch error.code {
    case .executableNotFound: .missing(program: command.program)
    case .outputLimitExceeded: .tooMuchOutput(program: command.program, limit: outputLimit)
    default: .broken(program: command.program, reason: "\(error)")
    }
  }

  private func firstLine(_ text: String) -> String? {
    text.split(separator: "\n").first.map(String.init)
  }
}
