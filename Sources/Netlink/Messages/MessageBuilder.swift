import Addressing
import CNetlink
import Glibc

/// Netlink messages one behind the other in a single growing buffer; reused, so that a message costs no allocation.
///
/// Layout and alignment: linux/netlink.h. Numbers are in host order unless the name says otherwise.
public struct MessageBuilder: ~Copyable {
  /// An open message or nested attribute: where its length goes.
  public struct Mark { fileprivate let offset: Int }

  private var storage: [UInt8]
  /// Bytes written.
  public private(set) var count = 0
  /// Whether an attribute passed 64 KiB, the most its 16-bit length can say. Such a message must not be sent.
  public private(set) var isOversized = false

  public init(capacity: Int = 64 << 10) { storage = [UInt8](repeating: 0, count: capacity) }

  public func withUnsafeBytes<E>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
    let count = count
    var failure: E?
    storage.withUnsafeBytes { bytes in
      do throws(E) {
        try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The bytes written so far, copied.
  public var bytes: [UInt8] { Array(storage[..<count]) }

  public mutating func removeAll() { cut(to: 0) }

  /// Forgets everything behind the first `length` bytes.
  mutating func cut(to length: Int) {
    count = length
    isOversized = false
  }

  // MARK: Messages

  public mutating func beginMessage(type: UInt16, flags: Int32) -> Mark {
    let mark = Mark(offset: count)
    put(UInt32(0))
    put(type)
    put(UInt16(truncatingIfNeeded: flags) | UInt16(NLM_F_REQUEST))
    put(UInt32(0))
    put(UInt32(0))
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
    attributeHeader(type, length: 1)
    put(value)
    align()
  }

  public mutating func put(_ type: Int, u16 value: UInt16) {
    attributeHeader(type, length: 2)
    put(value)
    align()
  }

  public mutating func put(_ type: Int, u32 value: UInt32) {
    attributeHeader(type, length: 4)
    put(value)
  }

  /// A structure of 32-bit numbers.
  public mutating func put(_ type: Int, words: UInt32...) {
    attributeHeader(type, length: words.count * 4)
    for word in words { put(word) }
  }

  public mutating func put(_ type: Int, bigEndian value: UInt16) {
    put(type, u16: value.bigEndian)
  }

  public mutating func put(_ type: Int, bigEndian value: UInt32) {
    put(type, u32: value.bigEndian)
  }

  public mutating func put(_ type: Int, bytes: some Collection<UInt8>) {
    attributeHeader(type, length: bytes.count)
    append(bytes)
    align()
  }

  /// With the closing NUL.
  public mutating func put(_ type: Int, string: String) {
    attributeHeader(type, length: string.utf8.count + 1)
    append(string.utf8)
    put(UInt8(0))
    align()
  }

  /// Without a closing NUL.
  public mutating func put(_ type: Int, text: String) { put(type, bytes: text.utf8) }

  /// The address in network order, filled up with zeros to `width` bytes.
  public mutating func put(_ type: Int, address: IPAddress, width: Int = 0) {
    let length = address.family == .ipv4 ? 4 : 16
    attributeHeader(type, length: max(length, width))
    if address.family == .ipv6 { put(address.high.bigEndian) }
    if address.family == .ipv4 {
      put(UInt32(truncatingIfNeeded: address.low).bigEndian)
    } else {
      put(address.low.bigEndian)
    }
    for _ in length..<max(length, width) { put(UInt8(0)) }
    align()
  }

  /// Opens an attribute that holds attributes. `flagged` sets NLA_F_NESTED, which ipset demands and others ignore.
  public mutating func beginNested(_ type: Int, flagged: Bool = true) -> Mark {
    let mark = Mark(offset: count)
    put(UInt16(0))
    put(UInt16(truncatingIfNeeded: type) | (flagged ? UInt16(NLA_F_NESTED) : 0))
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
    reserve(bytes.count)
    for byte in bytes {
      storage[count] = byte
      count += 1
    }
  }

  public mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    let size = MemoryLayout<Value>.size
    reserve(size)
    store(value, at: count)
    count += size
  }

  private mutating func attributeHeader(_ type: Int, length: Int) {
    let whole = CNL_NLA_HDRLEN + length
    if whole > Int(UInt16.max) { isOversized = true }
    put(UInt16(truncatingIfNeeded: whole))
    put(UInt16(truncatingIfNeeded: type))
  }

  private mutating func align() {
    while count % CNL_NLMSG_ALIGNTO != 0 { put(UInt8(0)) }
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > storage.count else { return }
    storage.append(contentsOf: repeatElement(0, count: max(storage.count, more)))
  }

  private mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    storage.withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
  }

  private func load16(at offset: Int) -> UInt16 {
    storage.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self) }
  }
}
