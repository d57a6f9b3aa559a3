import Addressing
import CNetlink

/// Goes through the attributes of a message or of a nested attribute. Bytes that don't fit together throw; nothing traps.
public struct AttributeReader {
  let storage: MessageBytes
  private(set) var position: Int
  let end: Int

  init(_ storage: MessageBytes, from start: Int, to end: Int) {
    self.storage = storage
    position = start
    self.end = min(end, storage.count)
  }

  public init(_ bytes: [UInt8]) { self.init(MessageBytes(bytes), from: 0, to: bytes.count) }

  /// The next attribute, or nil at the end. A rest too short for a header is padding.
  public mutating func next() throws(NetlinkError) -> Attribute? {
    let header = CNL_NLA_HDRLEN
    guard end - position >= header else { return nil }
    let length = Int(storage.integer(UInt16.self, at: position))
    let type = storage.integer(UInt16.self, at: position + 2)
    guard length >= header, length <= end - position else {
      throw .malformed("attribute \(type) of \(length) bytes where \(end - position) are left")
    }
    let attribute = Attribute(
      storage: storage, type: Int(type & UInt16(CNL_NLA_TYPE_MASK)), start: position + header,
      end: position + length)
    position += (length + 3) & ~3
    return attribute
  }
}

/// One attribute: its type without flags, and its payload.
public struct Attribute {
  let storage: MessageBytes
  public let type: Int
  let start: Int
  let end: Int

  public var count: Int { end - start }

  /// The payload, copied.
  public var bytes: [UInt8] { Array(storage[start..<end]) }

  /// Two numbers in host order, one behind the other.
  func words() throws(NetlinkError) -> (UInt32, UInt32) {
    guard count >= 8 else { throw short }
    return (storage.integer(at: start), storage.integer(at: start + 4))
  }

  public func u8() throws(NetlinkError) -> UInt8 { try integer() }
  public func u16() throws(NetlinkError) -> UInt16 { try integer() }
  public func u32() throws(NetlinkError) -> UInt32 { try integer() }
  public func u64() throws(NetlinkError) -> UInt64 { try integer() }
  public func bigEndian16() throws(NetlinkError) -> UInt16 { UInt16(bigEndian: try integer()) }
  public func bigEndian32() throws(NetlinkError) -> UInt32 { UInt32(bigEndian: try integer()) }

  /// Up to the first NUL.
  public func string() -> String {
    String(decoding: storage[start..<end].prefix { $0 != 0 }, as: UTF8.self)
  }

  public func nested() -> AttributeReader { AttributeReader(storage, from: start, to: end) }

  /// An address of that family from the first 4 or 16 bytes; more may follow (IPVS always sends 16).
  public func address(_ family: IPFamily) throws(NetlinkError) -> IPAddress {
    let length = family == .ipv4 ? 4 : 16
    guard count >= length else { throw .malformed("address of \(count) bytes in attribute \(type)") }
    if family == .ipv4 { return IPAddress(ipv4: UInt32(bigEndian: storage.integer(at: start))) }
    return IPAddress(
      ipv6High: UInt64(bigEndian: storage.integer(at: start)),
      low: UInt64(bigEndian: storage.integer(at: start + 8)))
  }

  private func integer<Value: FixedWidthInteger & BitwiseCopyable>() throws(NetlinkError) -> Value {
    guard count >= MemoryLayout<Value>.size else { throw short }
    return storage.integer(at: start)
  }

  private var short: NetlinkError { .malformed("attribute \(type) of \(count) bytes is too short") }
}
