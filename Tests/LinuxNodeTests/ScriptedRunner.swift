import LinuxNode
import Synchronization

/// Answers commands from a script, and remembers what was asked. A command with several answers gets one after the
/// other, the last of them again and again; one that isn't in the script is a program that isn't installed.
final class ScriptedRunner: CommandRunner {
  typealias Answer = Result<String, CommandError>

  private struct State {
    var answers: [String: [Answer]]
    var commands: [Command] = []
  }

  private let state: Mutex<State>

  init(_ answers: [String: [Answer]]) {
    state = Mutex(State(answers: answers))
  }

  func run(_ command: Command) async throws(CommandError) -> String {
    let answer: Answer? = state.withLock { state in
      state.commands.append(command)
      let waiting = state.answers[command.description] ?? []
      if waiting.count > 1 { state.answers[command.description]?.removeFirst() }
      return waiting.first
    }
    guard let answer else { throw .missing(program: command.program) }
    return try answer.get()
  }

  var commands: [Command] { state.withLock { $0.commands } }

  /// What was asked, as one would type it.
  var lines: [String] { commands.map(\.description) }
}
