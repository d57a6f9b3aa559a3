import Glibc
import ServiceLifecycle

/// Ends the process when its config file has other content than it was started with: only a new start makes everything
/// heed it. Kubernetes' own ways of changing a ConfigMap's file, a rename of the link that it is reached by, are seen.
struct ConfigFileWatcher: ServiceLifecycle.Service {
  let file: ConfigFile

  /// - Throws: FatalError when the file has changed.
  func run() async throws {
    for await _ in FileWatch(file).changes().cancelOnGracefulShutdown() {
      throw FatalError(
        .failure, "the config file \(file.path) has changed: ending, to be started anew with it")
    }
    try await gracefulShutdown()
  }
}

/// A thread that waits for inotify(7) on the file's directory and looks at the content.
struct FileWatch: Sendable {
  private let file: ConfigFile
  /// How long the directory must be quiet: an editor may be half done.
  private let quietMilliseconds: Int32
  /// How often to look without an event: the file may be a link to elsewhere.
  private let rescanMilliseconds: Int32

  init(_ file: ConfigFile, quietMilliseconds: Int32 = 100, rescanMilliseconds: Int32 = 10_000) {
    self.file = file
    self.quietMilliseconds = quietMilliseconds
    self.rescanMilliseconds = rescanMilliseconds
  }

  /// One element when the content has changed, also since the file was read; then the end. Dropping the stream ends the
  /// thread. Without a thread to be had, the stream ends empty.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    var ends: [Int32] = [-1, -1]
    let inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard inotify >= 0, pipe(&ends) == 0 else {
      if inotify >= 0 { close(inotify) }
      continuation.finish()
      return stream
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    inotify_add_watch(
      inotify, directory,
      UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE))
    // Closing the one end wakes the thread at the other; this happens once, however the stream ends.
    continuation.onTermination = { _ in close(writeEnd) }
    let watch = self
    let started = DetachedThread.start {
      if watch.waitForChange(inotify, stop: readEnd) { continuation.yield() }
      continuation.finish()
      close(inotify)
      close(readEnd)
    }
    if !started {
      continuation.finish()
      close(inotify)
      close(readEnd)
    }
    return stream
  }

  private var directory: String {
    guard let slash = file.path.lastIndex(of: "/") else { return "." }
    return slash == file.path.startIndex ? "/" : String(file.path[..<slash])
  }

  /// False when asked to stop.
  private func waitForChange(_ inotify: Int32, stop: Int32) -> Bool {
    var isQuiet = true
    while true {
      if isQuiet, file.hasChanged { return true }
      var descriptors = [
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&descriptors, nfds_t(descriptors.count), isQuiet ? rescanMilliseconds : quietMilliseconds)
      if descriptors[0].revents != 0 { return false }
      isQuiet = descriptors[1].revents == 0
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(inotify, &buffer, buffer.count) > 0 {}
    }
  }
}

/// A detached thread for work that blocks.
enum DetachedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// False when the system has no thread to give.
  static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    if code != 0 { body.release() }
    return code == 0
  }
}
