extension ReconcileLoop {
  /// When something is due without a trigger from outside.
  func nextWakeUp() -> Duration? {
    // A kernel that was never read leaves nothing else to do.
    if !core.hasObserved { return nextResync }
    return [core.nextDeadline(), resyncDeadline].compactMap { $0 }.min()
  }

  func signal() {
    wasSignalled = true
    waiter?.resume()
    waiter = nil
  }

  /// Until the next thing is due, or something is handed in.
  func wait() async {
    let deadline = nextWakeUp()
    if wasSignalled || Task.isCancelled {
      wasSignalled = false
      return
    }
    let time = self.time
    let timer = deadline.map { deadline in
      Task {
        if (try? await time.sleep(until: deadline)) != nil { self.signal() }
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter = $0 }
    } onCancel: {
      Task { await self.signal() }
    }
    timer?.cancel()
    wasSignalled = false
  }
}
