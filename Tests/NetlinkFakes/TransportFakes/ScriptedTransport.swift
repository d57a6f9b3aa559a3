import Glibc
import Netlink

/// Plays a kernel from a script: hands out prepared datagrams and keeps what is sent.
///
/// Sequence number and port of every message in an answer are set to those of the request sent last, less
/// `sequenceLag`, so that captured bytes can be replayed as they are.
public final class ScriptedTransport: NetlinkTransport {
  public enum Answer {
    case datagram([UInt8])
    /// As is: nothing is rewritten.
    case raw([UInt8])
    /// With the sequence number of the message that many before the last sent.
    case datagramForEarlier([UInt8], by: UInt32)
    case failure(NetlinkError)
  }

  public let portID: UInt32 = 4242
  public var limits: SendLimits
  /// What was sent, one element per send.
  public private(set) var sent: [[UInt8]] = []
  public private(set) var groups: [Int32] = []
  /// How many bytes each `receive` had room for.
  public private(set) var rooms: [Int] = []
  /// Thrown by the next sends, first one first; nil for a send that works.
  public var sendFailures: [NetlinkError?] = []
  private var answers: [Answer]
  private var lastSequence: UInt32 = 0

  public init(_ answers: [Answer] = [], limits: SendLimits = SendLimits()) {
    self.answers = answers
    self.limits = limits
  }

  /// All messages sent, each with its header.
  public var messages: [[UInt8]] { sent.flatMap { split($0) } }

  public func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError) {
    if !sendFailures.isEmpty, let failure = sendFailures.removeFirst() { throw failure }
    let bytes = Array(bytes)
    sent.append(bytes)
    if let last = split(bytes).last { lastSequence = last.word(at: 8) }
  }

  /// With the script at its end nothing comes any more: time is up.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int {
    rooms.append(buffer.count)
    guard !answers.isEmpty else { throw .answerLost(errno: ETIMEDOUT) }
    switch answers.removeFirst() {
    case .failure(let error): throw error
    case .raw(let bytes): return fill(buffer, bytes)
    case .datagram(let bytes): return fill(buffer, addressed(bytes, sequence: lastSequence))
    case .datagramForEarlier(let bytes, let lag):
      return fill(buffer, addressed(bytes, sequence: lastSequence &- lag))
    }
  }

  public func subscribe(to group: Int32) { groups.append(group) }

  public func isReadable(within milliseconds: Int32) -> Bool { !answers.isEmpty }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ bytes: [UInt8]) -> Int {
    buffer.copyBytes(from: bytes)
    return bytes.count
  }

  private func addressed(_ datagram: [UInt8], sequence: UInt32) -> [UInt8] {
    split(datagram).flatMap { message in
      var message = message
      message.set(sequence, at: 8)
      message.set(portID, at: 12)
      return message
    }
  }
}

/// The messages of a datagram, each with its header and padding.
func split(_ datagram: [UInt8]) -> [[UInt8]] {
  var messages: [[UInt8]] = []
  var position = 0
  while position + 16 <= datagram.count {
    let length = max(16, (Int(datagram.word(at: position)) + 3) & ~3)
    messages.append(Array(datagram[position..<min(position + length, datagram.count)]))
    position += length
  }
  return messages
}

extension [UInt8] {
  /// The 32-bit number there, in host order.
  public func word(at offset: Int) -> UInt32 {
    withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
  }

  public mutating func set(_ value: UInt32, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: offset, as: UInt32.self) }
  }
}
