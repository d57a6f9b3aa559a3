import Addressing
import Synchronization

extension ReconcileLoop {
  /// Before the kernel has been read whole for the first time nothing can be planned: it is read in one go, and what is
  /// wanted is made sense of meanwhile.
  /// - Returns: whether the kernel could be prepared and read whole.
  func observe() async -> Bool {
    let start = time.now()
    // In hand before: what is looked up in the child task would wait for this actor.
    let (kernel, families) = (self.kernel, core.configuration.resolver.families)
    let hasEnded = Flag()
    async let reading = Self.firstReading(of: kernel, families, hasEnded)
    takeInbox()
    // The rest is resolved while the kernel gets its first work.
    while core.hasUnresolved && !hasEnded.isSet {
      resolveNext()
      await Task.yield()
    }
    switch await reading {
    case .success(let (state, notices)):
      announce(notices)
      core.adopt(state)
      noteReadable(since: start)
      return true
    case .failure(let error):
      // Who asks what is wanted has an answer all the same.
      resolveAll()
      noteUnreadable(error)
      return false
    }
  }

  /// Read *before* it is prepared: a missing set means something.
  private static func firstReading(
    of kernel: any Kernel, _ families: Set<IPFamily>, _ hasEnded: Flag
  ) async -> Result<(KernelState, [Notice]), KernelError> {
    defer { hasEnded.set() }
    do throws(KernelError) {
      let state = try await kernel.observe(families)
      return .success((state, try await kernel.prepare()))
    } catch {
      return .failure(error)
    }
  }

  var isResyncDue: Bool { resyncDeadline <= time.now() }

  /// When the next resync begins. A kernel that refuses is asked again when its backoff says so; one that isn't as
  /// expected, at once.
  var resyncDeadline: Duration {
    core.needsObservation && kernelError == nil ? min(restEnd, nextResync) : nextResync
  }

  func beginResync() {
    resyncStart = time.now()
    isPrepared = false
    core.beginResync()
  }

  /// The next piece of a resync: what everything rests on, or parts of the kernel to read.
  func resyncStep() async {
    let start = time.now()
    do throws(KernelError) {
      if !isPrepared {
        announce(try await kernel.prepare())
        isPrepared = true
      } else if let part = core.nextPart() {
        try await takeIn(part)
      } else {
        noteReadable(since: resyncStart ?? start)
      }
    } catch {
      core.abandonResync()
      noteUnreadable(error)
      tell(since: start)
    }
  }

  /// Reads a part and takes it in. While nothing else is due the part behind it is read meanwhile: between a reading and
  /// its being taken in nothing is done to the kernel.
  private func takeIn(_ part: KernelPart) async throws(KernelError) {
    let kernel = self.kernel
    var reading = try await kernel.read(part)
    while isUndisturbed, let next = core.partAhead() {
      async let following = Self.read(next, kernel)
      core.adopt(reading)
      reading = try await following.get()
    }
    core.adopt(reading)
  }

  private var isUndisturbed: Bool {
    inbox.isEmpty && !core.hasWork && !Task.isCancelled
      && core.nextDeadline().map { $0 > time.now() } ?? true
  }

  private static func read(_ part: KernelPart, _ kernel: any Kernel) async -> Result<
    KernelReading, KernelError
  > {
    do throws(KernelError) { return .success(try await kernel.read(part)) } catch { return .failure(error) }
  }

  /// The period counts from one beginning to the next, but a kernel that takes long to read gets as long a rest.
  private func noteReadable(since start: Duration) {
    kernelError = nil
    kernelFailures = 0
    let now = time.now()
    restEnd = now + (now - start)
    nextResync = max(start + configuration.syncPeriod, restEnd)
  }

  private func noteUnreadable(_ error: KernelError) {
    kernelError = error
    kernelFailures += 1
    resyncStart = nil
    report(.kernelUnreadable(error))
    nextResync =
      time.now()
      + configuration.kernelBackoff.delay(attempt: kernelFailures, jitter: configuration.jitter())
  }

  /// A warning that stands is told once, and again if it comes back.
  private func announce(_ notices: [Notice]) {
    for notice in notices where !standingWarnings.contains(notice) { report(.notice(notice)) }
    standingWarnings = Set(notices.filter { $0.severity == .warning })
  }
}

/// Something that happens once, to be looked at without waiting.
private final class Flag: Sendable {
  private let state = Atomic(false)

  var isSet: Bool { state.load(ordering: .acquiring) }

  func set() { state.store(true, ordering: .releasing) }
}
