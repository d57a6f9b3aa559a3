/// A program to run once, to its end.
public struct Command: Hashable, Sendable {
  /// A name, searched for in PATH and then in the system's own directories.
  public let program: String
  public let arguments: [String]
  /// What it reads from standard input.
  public let input: String

  public init(_ program: String, _ arguments: [String] = [], input: String = "") {
    self.program = program
    self.arguments = arguments
    self.input = input
  }
}

extension Command: CustomStringConvertible {
  public var description: String { ([program] + arguments).joined(separator: " ") }
}

/// Runs commands: SubprocessRunner's way, or a test's.
public protocol CommandRunner: Sendable {
  /// - Returns: what the program wrote to standard output.
  /// - Throws: for every end but exit status 0.
  func run(_ command: Command) async throws(CommandError) -> String
}

/// Why a command has no answer.
public enum CommandError: Error, Hashable, Sendable {
  /// The program isn't installed.
  case missing(program: String)
  /// It ended with that exit status, or by that signal as a negative number; `message` is the first line it wrote to
  /// standard error, or to standard output if there is none.
  case failed(program: String, status: Int32, message: String)
  /// It was stopped because it took longer than that.
  case timedOut(program: String, after: Duration)
  /// It was stopped because it wrote more than that many bytes.
  case tooMuchOutput(program: String, limit: Int)
  /// It couldn't be started, or its answer couldn't be read.
  case broken(program: String, reason: String)
}

extension CommandError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let program): "\(program) is not installed"
    case .failed(let program, let status, let message):
      status < 0
        ? "\(program) was ended by signal \(-status)"
        : "\(program) failed with exit status \(status)\(message.isEmpty ? "" : ": \(message)")"
    case .timedOut(let program, let limit): "\(program) took longer than \(limit)"
    case .tooMuchOutput(let program, let limit): "\(program) wrote more than \(limit) bytes"
    case .broken(let program, let reason): "\(program) could not be run: \(reason)"
    }
  }
}
