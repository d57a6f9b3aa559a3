import Addressing
import CNetlink
import Glibc

/// Netlink messages one behind the other in a single growing buffer; reused, so that a message costs no allocation.
///
/// Layout and alignment: linux/netlink.h. Numbers are in host order unless the name says otherwise.
public struct MessageBuilder: ~Copyable {
  /// An open message or nested attribute: where its length goes.
  public struct Mark { fileprivate let offset: Int }

  // Not an array: each number that is put would check it for being shared and for its bounds once more.
  private var start: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes written.
  public private(set) var count = 0
  /// Whether an attribute passed 64 KiB, the most its 16-bit length can say. Such a message must not be sent.
  public private(set) var isOversized = false

  public init(capacity: Int = 64 << 10) {
    self.capacity = max(capacity, 64)
    start = .allocate(byteCount: self.capacity, alignment: 8)
  }

  deinit { start.deallocate() }

  public func withUnsafeBytes<E>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
    try body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The bytes written so far, copied.
  public var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: start, count: count)) }

  public mutating func removeAll() { cut(to: 0) }

  /// Forgets everything behind the first `length` bytes.
  mutating func cut(to length: Int) {
    count = length
    isOversized = false
  }

  // MARK: Messages

  public mutating func beginMessage(type: UInt16, flags: Int32) -> Mark {
    let mark = Mark(offset: count)
    let header = extend(by: CNL_NLMSG_HDRLEN)
    header.storeBytes(of: 0, as: UInt32.self)
    header.storeBytes(of: type, toByteOffset: 4, as: UInt16.self)
    header.storeBytes(
      of: UInt16(truncatingIfNeeded: flags) | UInt16(NLM_F_REQUEST), toByteOffset: 6, as: UInt16.self)
    header.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
    return mark
  }

  public mutating func endMessage(_ mark: Mark) {
    store(UInt32(count - mark.offset), at: mark.offset)
  }

  /// Sets sequence number, port and further flags of the message that begins at `offset`.
  mutating func address(messageAt offset: Int, sequence: UInt32, port: UInt32, adding flags: Int32 = 0) {
    store(load16(at: offset + 6) | UInt16(truncatingIfNeeded: flags), at: offset + 6)
    store(sequence, at: offset + 8)
    store(port, at: offset + 12)
  }

  // MARK: Attributes

  public mutating func put(_ type: Int, u8 value: UInt8) {
    attribute(type, length: 1).storeBytes(of: value, as: UInt8.self)
  }

  public mutating func put(_ type: Int, u16 value: UInt16) {
    attribute(type, length: 2).storeBytes(of: value, as: UInt16.self)
  }

  public mutating func put(_ type: Int, u32 value: UInt32) {
    attribute(type, length: 4).storeBytes(of: value, as: UInt32.self)
  }

  /// A structure of two 32-bit numbers.
  public mutating func put(_ type: Int, words first: UInt32, _ second: UInt32) {
    let payload = attribute(type, length: 8)
    payload.storeBytes(of: first, as: UInt32.self)
    payload.storeBytes(of: second, toByteOffset: 4, as: UInt32.self)
  }

  /// A structure of 32-bit numbers.
  public mutating func put(_ type: Int, words: [UInt32]) {
    let payload = attribute(type, length: words.count * 4)
    for (index, word) in words.enumerated() {
      payload.storeBytes(of: word, toByteOffset: index * 4, as: UInt32.self)
    }
  }

  public mutating func put(_ type: Int, bigEndian value: UInt16) {
    put(type, u16: value.bigEndian)
  }

  public mutating func put(_ type: Int, bigEndian value: UInt32) {
    put(type, u32: value.bigEndian)
  }

  public mutating func put(_ type: Int, bytes: some Collection<UInt8>) {
    let length = bytes.count
    Self.copy(bytes, to: attribute(type, length: length), count: length)
  }

  /// With the closing NUL.
  public mutating func put(_ type: Int, string: String) {
    let length = string.utf8.count
    let payload = attribute(type, length: length + 1)
    Self.copy(string.utf8, to: payload, count: length)
    payload.storeBytes(of: 0, toByteOffset: length, as: UInt8.self)
  }

  /// Without a closing NUL.
  public mutating func put(_ type: Int, text: String) { put(type, bytes: text.utf8) }

  /// The address in network order, filled up with zeros to `width` bytes.
  public mutating func put(_ type: Int, address: IPAddress, width: Int = 0) {
    let length = max(address.family == .ipv4 ? 4 : 16, width)
    let payload = attribute(type, length: length)
    if address.family == .ipv6 {
      payload.storeBytes(of: address.high.bigEndian, as: UInt64.self)
      payload.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    } else {
      payload.initializeMemory(as: UInt8.self, repeating: 0, count: length)
      payload.storeBytes(of: UInt32(truncatingIfNeeded: address.low).bigEndian, as: UInt32.self)
    }
  }

  /// Opens an attribute that holds attributes. `flagged` sets NLA_F_NESTED, which ipset demands and others ignore.
  public mutating func beginNested(_ type: Int, flagged: Bool = true) -> Mark {
    let mark = Mark(offset: count)
    _ = attribute(type | (flagged ? Int(NLA_F_NESTED) : 0), length: 0)
    return mark
  }

  public mutating func endNested(_ mark: Mark) {
    let length = count - mark.offset
    if length > Int(UInt16.max) { isOversized = true }
    store(UInt16(truncatingIfNeeded: length), at: mark.offset)
  }

  // MARK: Raw

  /// The fixed part of a message, byte for byte.
  public mutating func append(_ bytes: some Collection<UInt8>) {
    let length = bytes.count
    Self.copy(bytes, to: extend(by: length), count: length)
  }

  public mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    extend(by: MemoryLayout<Value>.size).storeBytes(of: value, as: Value.self)
  }

  /// An attribute's header, and room for its payload with zeros behind it up to the next boundary of 4.
  /// - Returns: where the payload goes; valid until the next call.
  @inline(__always)
  private mutating func attribute(_ type: Int, length: Int) -> UnsafeMutableRawPointer {
    let whole = CNL_NLA_HDRLEN + length
    if whole > Int(UInt16.max) { isOversized = true }
    let padded = (whole + CNL_NLMSG_ALIGNTO - 1) & ~(CNL_NLMSG_ALIGNTO - 1)
    let header = extend(by: padded)
    // The last word first: what of it is payload is written next.
    header.storeBytes(of: 0, toByteOffset: padded - 4, as: UInt32.self)
    header.storeBytes(of: UInt16(truncatingIfNeeded: whole), as: UInt16.self)
    header.storeBytes(of: UInt16(truncatingIfNeeded: type), toByteOffset: 2, as: UInt16.self)
    return header + CNL_NLA_HDRLEN
  }

  private static func copy(
    _ bytes: some Collection<UInt8>, to place: UnsafeMutableRawPointer, count: Int
  ) {
    let isCopied: Void? = bytes.withContiguousStorageIfAvailable { source in
      guard let base = source.baseAddress else { return }
      place.copyMemory(from: base, byteCount: min(count, source.count))
    }
    if isCopied != nil { return }
    for (offset, byte) in zip(0..<count, bytes) {
      place.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
  }

  /// - Returns: where the new bytes begin, of which none is set; valid until the next call.
  @inline(__always)
  private mutating func extend(by length: Int) -> UnsafeMutableRawPointer {
    if count + length > capacity { grow(toHold: count + length) }
    defer { count += length }
    return start + count
  }

  @inline(never)
  private mutating func grow(toHold length: Int) {
    let larger = max(capacity * 2, length)
    let place = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
    place.copyMemory(from: start, byteCount: count)
    start.deallocate()
    start = place
    capacity = larger
  }

  // Offsets are those of headers that were begun here.
  private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
    (start + offset).storeBytes(of: value, as: Value.self)
  }

  private func load16(at offset: Int) -> UInt16 { (start + offset).loadUnaligned(as: UInt16.self) }
}
