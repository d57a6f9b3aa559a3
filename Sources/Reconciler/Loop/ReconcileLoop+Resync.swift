import Addressing

extension ReconcileLoop {
  /// Before the kernel has been read whole for the first time nothing can be planned: it is read in one go.
  /// - Returns: whether the kernel could be prepared and read whole.
  func observe() async -> Bool {
    let start = time.now()
    do throws(KernelError) {
      let state = try await kernel.observe(core.configuration.resolver.families)
      announce(try await kernel.prepare())
      core.adopt(state)
      noteReadable(since: start)
      return true
    } catch {
      noteUnreadable(error)
      return false
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

  /// The next piece of a resync: what everything rests on, or a part of the kernel to read.
  func resyncStep() async {
    let start = time.now()
    do throws(KernelError) {
      if !isPrepared {
        announce(try await kernel.prepare())
        isPrepared = true
      } else if let part = core.nextPart() {
        core.adopt(try await kernel.read(part))
      } else {
        noteReadable(since: resyncStart ?? start)
      }
    } catch {
      core.abandonResync()
      noteUnreadable(error)
      tell(since: start)
    }
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
