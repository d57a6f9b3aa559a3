import Foundation

/// The shell in which the blocks of one page are typed, one after the other: variables, folders and what runs in the
/// background last from block to block. It has a network, a process table and a `/run` of its own; all that it started
/// ends with it.
final class DocumentShell {
  struct Answer {
    /// Of the last command.
    let status: Int32
    /// Commands that failed before the last one: "STATUS: COMMAND".
    let failures: [String]
    let output: [String]
  }

  struct TimedOut: Error {
    let script: [String]
    let output: [String]
  }

  private let process = Process()
  private let input = Pipe()
  private let folder = Shell.temporaryFile()
  private var count = 0

  /// Begins in the repository's folder, with the program in PATH, as root on a node where nothing is set up.
  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = [
      "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "--noprofile", "--norc",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = [
      URL(filePath: Lab.binary).deletingLastPathComponent().path, environment["PATH"] ?? "/usr/sbin:/usr/bin",
    ].joined(separator: ":")
    process.environment = environment
    process.currentDirectoryURL = RunnableDocument.repository
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try Self.withoutBlockedSignals { try process.run() }
    let answer = try run([
      "mount -t tmpfs tmpfs /run", "mkdir /run/netns", "mount -t tmpfs tmpfs /var/lib",
      "ip link set lo up",
    ])
    guard answer.failures.isEmpty, answer.status == 0 else {
      throw CommandFailed(
        command: ["unshare"],
        result: CommandResult(
          status: answer.status, output: answer.output.joined(separator: "\n"), errors: ""))
    }
  }

  /// Threads of the pool block signals, and what they start would never hear of a kill(1).
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    sigemptyset(&none)
    var before = sigset_t()
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  func close() {
    try? input.fileHandleForWriting.close()
    // unshare(1) blocks other signals while it waits; with it goes the first process of the table, and so all of it.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// - Throws: TimedOut when the lines haven't ended after four minutes.
  func run(_ script: [String]) throws -> Answer {
    count += 1
    let base = folder.appending(path: "\(count)").path
    try (script.joined(separator: "\n") + "\n").write(toFile: base, atomically: false, encoding: .utf8)
    // The trap runs wherever "set -e" would end a script, and the shell goes on as a reader's does.
    let line = """
      trap 'printf "%s: %s\\n" "$?" "$BASH_COMMAND" >>\(base).failures' ERR; . \(base) >\(base).output 2>&1 </dev/null
      echo $? >\(base).ended; trap - ERR; mv \(base).ended \(base).status

      """
    try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    let deadline = Date().addingTimeInterval(240)
    while !FileManager.default.fileExists(atPath: base + ".status") {
      guard Date() < deadline, process.isRunning else {
        throw TimedOut(script: script, output: lines(base + ".output"))
      }
      usleep(20_000)
    }
    return Answer(
      status: lines(base + ".status").first.flatMap { Int32($0) } ?? -1,
      failures: lines(base + ".failures").filter {
        !$0.hasSuffix(": . \(base) > \(base).output 2>&1 < /dev/null")
      },
      output: lines(base + ".output"))
  }

  private func lines(_ path: String) -> [String] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return text.components(separatedBy: "\n").dropLast(text.hasSuffix("\n") ? 1 : 0).map { $0 }
  }
}
