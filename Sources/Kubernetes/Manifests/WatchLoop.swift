import Glibc

/// The loop of the watching thread.
struct WatchLoop: Sendable {
  private let directory: String
  private let rescanPeriod: Duration
  private let stop: StopSignal
  private let changed: @Sendable () -> Void
  private let inotify: Int32
  private var debouncer: Debouncer
  /// Which directory is watched; nil when there is none at the path.
  private var watched: (descriptor: Int32, device: UInt64, inode: UInt64)?

  /// How often a directory that is not there is looked for.
  private static let retryPeriod = Duration.seconds(1)

  init(_ watcher: DirectoryWatcher, _ stop: StopSignal, changed: @escaping @Sendable () -> Void) {
    directory = watcher.directory
    rescanPeriod = watcher.rescanPeriod
    self.stop = stop
    self.changed = changed
    inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    debouncer = Debouncer(quietPeriod: watcher.quietPeriod)
  }

  /// Watches what is at the path now. True when that is another directory than before.
  @discardableResult
  mutating func watch() -> Bool {
    guard let fingerprint = try? FileSystem.fingerprint(of: directory), fingerprint.isDirectory else {
      defer { unwatch() }
      return watched != nil
    }
    if let watched, (watched.device, watched.inode) == (fingerprint.device, fingerprint.inode) {
      return false
    }
    unwatch()
    let mask =
      IN_CREATE | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF
      | IN_MOVE_SELF
    let descriptor = inotify_add_watch(inotify, directory, UInt32(mask))
    // Out of watches (fs.inotify.max_user_watches): the rescan period has to do.
    guard descriptor >= 0 else { return false }
    watched = (descriptor, fingerprint.device, fingerprint.inode)
    return true
  }

  private mutating func unwatch() {
    if let watched { inotify_rm_watch(inotify, watched.descriptor) }
    watched = nil
  }

  mutating func run() {
    var nextRescan = Self.now() + rescanPeriod
    while true {
      let now = Self.now()
      let idle = watched == nil ? min(nextRescan, now + Self.retryPeriod) : nextRescan
      let events = wait(until: min(debouncer.deadline ?? idle, idle))
      if events.stopped { break }
      let later = Self.now()
      if events.changed { debouncer.event(at: later) }
      // Also on events: the directory may have been the one that moved.
      if events.changed || watched == nil || later >= nextRescan, watch() { debouncer.event(at: later) }
      if debouncer.isDue(at: later) || later >= nextRescan {
        nextRescan = later + rescanPeriod
        changed()
      }
    }
    if inotify >= 0 { close(inotify) }
  }

  private mutating func wait(until deadline: Duration) -> (changed: Bool, stopped: Bool) {
    let remaining = max(.zero, deadline - Self.now()).components
    // Rounded up, so as not to spin through the last millisecond.
    let milliseconds = remaining.seconds * 1000 + remaining.attoseconds / 1_000_000_000_000_000 + 1
    var descriptors = [
      pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: milliseconds)) > 0 else {
      return (false, false)
    }
    return (descriptors[1].revents != 0 && drain(), descriptors[0].revents != 0)
  }

  /// Takes all events; true if there were any. Whatever they say, the directory is read again, but the end of the watch
  /// counts: a new directory at the same path may have the same inode number.
  private mutating func drain() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    var sawAny = false
    while true {
      let count = read(inotify, &buffer, buffer.count)
      guard count > 0 else { return sawAny }
      sawAny = true
      var offset = 0
      // inotify(7): watch, mask, cookie and length of the name, 32 bits each; then the name.
      while offset + 16 <= count {
        let (watch, mask, length) = buffer.withUnsafeBytes { bytes in
          (
            bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self),
            bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
            bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
          )
        }
        if mask & UInt32(IN_IGNORED) != 0, watch == watched?.descriptor { watched = nil }
        offset += 16 + Int(length)
      }
    }
  }

  private static func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
