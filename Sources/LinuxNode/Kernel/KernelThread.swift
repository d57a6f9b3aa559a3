import Dispatch
import Glibc
import Synchronization

/// An actor's own thread: a netlink send blocks while the kernel works (or loads a module for seconds), which must
/// never hold up Swift's shared pool.
final class KernelThread: SerialExecutor {
  private let queue = JobQueue()

  /// - Parameter name: as `ps -L` shows it, 15 characters at most.
  init(name: String) {
    queue.name = name
    let context = Unmanaged.passRetained(queue)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    // Without a thread nothing can be served; there is nobody to tell either.
    precondition(status == 0, "pthread_create failed with errno \(status)")
    pthread_detach(thread)
  }

  deinit { queue.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.add(Job(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
  }
}

private struct Job: Sendable {
  let job: UnownedJob
  let executor: UnownedSerialExecutor
}

/// What the thread shares with those who give it work. Outlives the executor until the thread has seen its end.
private final class JobQueue: Sendable {
  private struct State {
    var name = ""
    var jobs: [Job] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeUps = DispatchSemaphore(value: 0)

  var name: String {
    get { state.withLock { $0.name } }
    set { state.withLock { $0.name = newValue } }
  }

  func add(_ job: Job) {
    state.withLock { $0.jobs.append(job) }
    wakeUps.signal()
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wakeUps.signal()
  }

  func run() {
    nameThread()
    while true {
      wakeUps.wait()
      let (jobs, isClosed) = state.withLock { state in
        let jobs = state.jobs
        state.jobs.removeAll(keepingCapacity: true)
        return (jobs, state.isClosed)
      }
      for job in jobs { job.job.runSynchronously(on: job.executor) }
      if isClosed, jobs.isEmpty { return }
    }
  }

  /// Swift sees neither pthread_setname_np nor prctl. A thread without a name is no loss.
  private func nameThread() {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let name = Array(name.utf8.prefix(15))
    _ = write(file, name, name.count)
    Glibc.close(file)
  }
}
