import ArgumentParser
import Glibc

/// What the program's exit status tells. Documented in the README; the numbers don't change.
enum ExitStatus: Int32, CaseIterable {
  /// Everything asked for is in force.
  case success = 0
  /// Something could not be brought into force, or an unexpected error ended the program; the log names it.
  case failure = 1
  /// `plan` only: the kernel differs from what is wanted.
  case differs = 2
  /// The node lacks something the program can't do without.
  case prerequisitesMissing = 3
  /// Another instance, or kube-proxy, serves this node.
  case alreadyRunning = 4
  /// `--once` and `plan`: manifests with errors; everything else is in force.
  case manifestErrors = 5
  /// A flag, the config file, or a value in them is wrong (EX_USAGE of sysexits.h).
  case usage = 64

  /// `status`, `get` and `explain`: no process answers that could be asked.
  static let noProcess = ExitStatus.prerequisitesMissing

  var code: ExitCode { ExitCode(rawValue) }
}

/// A sentence for stderr and the status to end with.
struct FatalError: Error, CustomStringConvertible {
  let status: ExitStatus
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}

/// Writes a line to stderr, whole, so that lines of several threads don't mix.
func writeError(_ line: String) {
  var bytes = Array((line + "\n").utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    guard count > 0 || errno == EINTR else { return }
    bytes = bytes.dropFirst(max(count, 0))
  }
}

/// Runs a command's body and turns its error into a sentence and an exit status.
func endingWithStatus(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let error as FatalError {
    writeError("ipvs-proxy: \(error)")
    throw error.status.code
  }
}
