import Foundation

/// What a command that had to succeed did instead.
struct CommandFailed: Error, CustomStringConvertible {
  let command: [String]
  let result: CommandResult

  var description: String {
    "\(command.joined(separator: " ")): status \(result.status)\n\(result.output)\(result.errors)"
  }
}

struct CommandResult: Sendable {
  let status: Int32
  let output: String
  let errors: String

  var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A command that runs in the background.
final class RunningCommand {
  let process: Process
  private let log: URL

  init(process: Process, log: URL) {
    self.process = process
    self.log = log
  }

  var errors: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// - Returns: the exit status; the signal's number if one ended it.
  @discardableResult
  func waitForExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}

enum Shell {
  /// Runs a command to its end.
  static func run(_ command: [String], input: String? = nil) throws -> CommandResult {
    let log = temporaryFile()
    defer { try? FileManager.default.removeItem(at: log) }
    let process = try start(command, log: log)
    let output = Pipe()
    process.standardOutput = output
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      try process.run()
      pipe.fileHandleForWriting.write(Data(input.utf8))
      try pipe.fileHandleForWriting.close()
    } else {
      try process.run()
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return CommandResult(
      status: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
      errors: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
  }

  /// Runs a command that must succeed.
  @discardableResult
  static func check(_ command: [String], input: String? = nil) throws -> CommandResult {
    let result = try run(command, input: input)
    guard result.status == 0 else { throw CommandFailed(command: command, result: result) }
    return result
  }

  static func background(
    _ command: [String], input: Pipe? = nil, output: Pipe? = nil
  ) throws -> RunningCommand {
    let log = temporaryFile()
    let process = try start(command, log: log)
    process.standardOutput = output ?? FileHandle.nullDevice
    if let input { process.standardInput = input }
    try process.run()
    return RunningCommand(process: process, log: log)
  }

  private static func start(_ command: [String], log: URL) throws -> Process {
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    let process = Process()
    process.executableURL = try URL(fileURLWithPath: path(of: command[0]))
    process.arguments = Array(command.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    return process
  }

  /// Looked up here: starting env(1) for it would be one more program per command, a tenth of a second in the guest.
  private static func path(of program: String) throws -> String {
    if program.contains("/") { return program }
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    for folder in folders.split(separator: ":") {
      let path = "\(folder)/\(program)"
      if access(path, X_OK) == 0 { return path }
    }
    throw CommandFailed(
      command: [program], result: CommandResult(status: 127, output: "", errors: "not in PATH\n"))
  }

  static func temporaryFile() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("ipvs-proxy-test-\(UUID().uuidString)")
  }
}
