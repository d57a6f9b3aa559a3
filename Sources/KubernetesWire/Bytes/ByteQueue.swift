/// Bytes of a body between their arrival and their use. Indices count from the first unread byte.
struct ByteQueue: RandomAccessCollection {
  private var storage: [UInt8] = []
  private var head = 0
  /// How many bytes of the body have been dropped: where the first unread one lies in it.
  private(set) var position = 0

  /// What is kept allocated for the next bytes, and how many dead bytes are worth moving the rest.
  private static let spareCapacity = 1 << 16

  var startIndex: Int { 0 }
  var endIndex: Int { storage.count - head }

  subscript(index: Int) -> UInt8 { storage[head + index] }

  mutating func append(_ bytes: some Collection<UInt8>) {
    if head > Self.spareCapacity, head > storage.count / 2 {
      storage.removeFirst(head)
      head = 0
    }
    storage.append(contentsOf: bytes)
  }

  /// `length` is at most `count`.
  mutating func drop(_ length: Int) {
    head += length
    position += length
    guard head == storage.count else { return }
    storage.removeAll(keepingCapacity: storage.capacity <= Self.spareCapacity)
    head = 0
  }

  /// The bytes are valid during the call only.
  func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    storage.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[head + range.lowerBound..<head + range.upperBound]))
    }
  }
}
