import Glibc
import Reconciler

/// Keeps the process small: what glibc's malloc would hold on to for speed.
enum Memory {
  // Glibc's module lacks malloc.h; another C library lacks what is in it.
  private typealias SetOption = @convention(c) (CInt, CInt) -> CInt
  private typealias Trim = @convention(c) (Int) -> CInt

  private static func function<Function>(_ name: String, _: Function.Type) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// By default each thread gets a heap of its own, up to eight times the number of processors, and what one thread
  /// has freed is no use to the others. To be called before there are threads.
  static func shareHeaps() {
    /// M_ARENA_MAX of malloc.h.
    let option: CInt = -8
    _ = function("mallopt", SetOption.self)?(option, 2)
  }

  /// Gives what has been freed back to the kernel, from the middle of the heap too; a few milliseconds.
  static func trim() { _ = function("malloc_trim", Trim.self)?(0) }

  /// Rounds that leave much behind: those that read the kernel whole, and those of a list from the API server.
  static func trim(after observation: LoopObservation) {
    guard case .round(let round) = observation else { return }
    if round.isFull || round.changes.services + round.changes.endpointSlices > 1000 { trim() }
  }
}
