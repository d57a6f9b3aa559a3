import Glibc

/// Tells that something may have changed in a directory, also when the directory itself goes away and comes back.
/// A thread of its own waits for inotify; nothing is read here.
package struct DirectoryWatcher: Sendable {
  let directory: String
  let quietPeriod: Duration
  let rescanPeriod: Duration

  /// - Parameters:
  ///   - directory: the path, which may lead nowhere yet.
  ///   - quietPeriod: how long nothing must happen until a burst of changes counts as over.
  ///   - rescanPeriod: how often to tell without an event.
  package init(directory: String, quietPeriod: Duration, rescanPeriod: Duration) {
    self.directory = directory
    self.quietPeriod = quietPeriod
    self.rescanPeriod = rescanPeriod
  }

  /// One element per burst of changes, and one per rescan period. Changes from this call on are seen. Dropping the
  /// stream ends the thread.
  package func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    // Its descriptors live as long as the closure that writes to it and the thread that reads it.
    let stopper = StopSignal()
    continuation.onTermination = { _ in stopper.raise() }
    var loop = WatchLoop(self, stopper) { continuation.yield() }
    loop.watch()
    let started = BlockingThread.start { [loop] in
      var loop = loop
      loop.run()
    }
    if !started { continuation.finish() }
    return stream
  }
}

/// Ends a thread that waits in poll(2). Can be raised at any time, also after the thread has ended.
final class StopSignal: Sendable {
  /// Readable once it has been raised.
  let descriptor: Int32
  private let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    // Without descriptors (EMFILE) poll ignores -1, and the thread lives until the process ends.
    _ = pipe(&ends)
    for end in ends where end >= 0 {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    writeEnd = ends[1]
  }

  func raise() {
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  deinit {
    for end in [descriptor, writeEnd] where end >= 0 { close(end) }
  }
}

/// A detached thread for work that blocks.
enum BlockingThread {
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
