import Kubernetes
import ServiceLifecycle

/// Ends the process when its config file has other content than it was started with: only a new start makes everything
/// heed it. Kubernetes' own ways of changing a ConfigMap's file, a rename of the link that it is reached by, are seen.
struct ConfigFileWatcher: ServiceLifecycle.Service {
  let file: ConfigFile

  /// - Throws: FatalError when the file has changed.
  func run() async throws {
    let changes = file.changes()
    if file.hasChanged { throw changed }
    for await _ in changes.cancelOnGracefulShutdown() { throw changed }
    try await gracefulShutdown()
  }

  private var changed: FatalError {
    FatalError(.failure, "the config file \(file.path) has changed: ending, to be started anew with it")
  }
}

extension ConfigFile {
  /// Watches from this call on.
  /// - Parameters:
  ///   - quietPeriod: how long the directory must be quiet: an editor may be half done.
  ///   - rescanPeriod: how often to look without an event: the file may be a link to elsewhere.
  /// - Returns: one element for each time that the content is seen to differ from what was read.
  func changes(
    quietPeriod: Duration = .milliseconds(100), rescanPeriod: Duration = .seconds(10)
  ) -> AsyncFilterSequence<AsyncStream<Void>> {
    DirectoryWatcher(directory: directory, quietPeriod: quietPeriod, rescanPeriod: rescanPeriod).changes()
      .filter { _ in hasChanged }
  }

  private var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
