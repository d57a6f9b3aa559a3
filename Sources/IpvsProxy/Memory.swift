import Glibc
import Reconciler

/// Keeps the process small: what glibc's malloc would hold on to for speed, and what threads nobody needs would hold.
enum Memory {
  // Glibc's module lacks malloc.h; another C library lacks what is in it.
  private typealias SetOption = @convention(c) (CInt, CInt) -> CInt
  private typealias Trim = @convention(c) (Int) -> CInt

  private static func function<Function>(_ name: String, _: Function.Type) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// To be called before there are threads.
  static func beSmall() {
    shareHeaps()
    returnLargeBlocks()
    limitEventLoops()
  }

  /// By default each thread gets a heap of its own, up to eight times the number of processors: what one thread has
  /// freed is no use to the others, and all but the first ask the kernel for each page by itself.
  private static func shareHeaps() {
    /// M_ARENA_MAX of malloc.h.
    set(-8, 1)
  }

  /// A block of 128 kB or more is a mapping of its own and goes back to the kernel when it is freed. Without a word
  /// malloc takes the first such block that is freed for a sign to keep all of that size, up to 32 MB, in the heap:
  /// dictionaries that grew and lists that were read leave holes there.
  static func returnLargeBlocks() {
    /// M_MMAP_THRESHOLD of malloc.h.
    set(-3, 128 << 10)
  }

  private static func set(_ option: CInt, _ value: CInt) {
    _ = function("mallopt", SetOption.self)?(option, value)
  }

  /// By default there is a loop with its thread and its buffers for each processor, and 64 of them for three watches.
  /// Two, so that a long list keeps no probe waiting. Whoever sets the variable knows better.
  private static func limitEventLoops() { setenv("NIO_SINGLETON_GROUP_LOOP_COUNT", "2", 0) }

  /// Gives what has been freed back to the kernel, from the middle of the heap too; a few milliseconds.
  static func trim() { _ = function("malloc_trim", Trim.self)?(0) }

  /// Rounds that leave much behind: those that read the kernel whole, and those of a list from the API server.
  static func trim(after observation: LoopObservation) {
    guard case .round(let round) = observation else { return }
    if round.isFull || round.changes.services + round.changes.endpointSlices > 1000 { trim() }
  }
}
