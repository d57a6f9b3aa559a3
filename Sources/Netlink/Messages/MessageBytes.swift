/// What messages and their attributes are read from: as much memory as a socket's answer may need, of which only what
/// an answer has used is ever touched.
final class MessageBytes {
  private let start: UnsafeMutableRawPointer
  let count: Int

  /// Bytes that nobody has set yet.
  init(count: Int) {
    self.count = count
    start = .allocate(byteCount: count, alignment: 8)
  }

  convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count)
    bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      start.copyMemory(from: base, byteCount: source.count)
    }
  }

  deinit { start.deallocate() }

  /// Where an answer is received into. Nobody else may hold these bytes meanwhile.
  var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: start, count: count) }

  /// The bytes of a range that the caller has checked; it is checked again.
  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
  }

  /// A number in host order, wherever it lies. The caller has checked the bounds; they are checked again.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type = Value.self, at offset: Int
  ) -> Value {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    return (start + offset).loadUnaligned(as: Value.self)
  }
}
