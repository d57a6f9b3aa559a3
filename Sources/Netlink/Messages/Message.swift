import CNetlink

/// One message as received: its header, and its payload to be read.
public struct Message {
  public let type: UInt16
  public let flags: UInt16
  public let sequence: UInt32
  public let port: UInt32
  let storage: MessageBytes
  let start: Int
  let end: Int

  /// The payload's length.
  public var count: Int { end - start }

  /// The payload, copied.
  public var payload: [UInt8] { Array(storage[start..<end]) }

  public func has(_ flag: Int32) -> Bool { Int32(flags) & flag != 0 }

  /// A byte of the fixed part.
  public func byte(at offset: Int) throws(NetlinkError) -> UInt8 {
    guard offset >= 0, offset < count else { throw short }
    return storage.integer(at: start + offset)
  }

  /// A number of the fixed part, in host order.
  public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int
  ) throws(NetlinkError) -> Value {
    guard offset >= 0, offset + MemoryLayout<Value>.size <= count else { throw short }
    return storage.integer(at: start + offset)
  }

  /// The attributes behind a fixed part of `length` bytes.
  public func attributes(after length: Int) throws(NetlinkError) -> AttributeReader {
    guard length <= count else { throw short }
    return AttributeReader(storage, from: start + (length + 3) & ~3, to: end)
  }

  /// The payload of NLMSG_ERROR, or nil when this is another message.
  public func errorAnswer() throws(NetlinkError) -> ErrorAnswer? {
    type == UInt16(NLMSG_ERROR) ? try ErrorAnswer(self) : nil
  }

  private var short: NetlinkError { .malformed("message of type \(type) with only \(count) bytes") }
}

/// Goes through the messages of one datagram.
public struct MessageReader {
  private let storage: MessageBytes
  private let end: Int
  private var position = 0

  init(_ storage: MessageBytes, count: Int) {
    self.storage = storage
    end = min(count, storage.count)
  }

  public init(_ bytes: [UInt8]) { self.init(MessageBytes(bytes), count: bytes.count) }

  public mutating func next() throws(NetlinkError) -> Message? {
    let header = CNL_NLMSG_HDRLEN
    guard position < end else { return nil }
    guard end - position >= header else {
      throw .malformed("\(end - position) bytes behind the last message")
    }
    let length = Int(storage.integer(UInt32.self, at: position))
    guard length >= header, length <= end - position else {
      throw .malformed("message of \(length) bytes where \(end - position) are left")
    }
    let message = Message(
      type: storage.integer(at: position + 4), flags: storage.integer(at: position + 6),
      sequence: storage.integer(at: position + 8), port: storage.integer(at: position + 12),
      storage: storage, start: position + header, end: position + length)
    position += (length + 3) & ~3
    return message
  }
}
