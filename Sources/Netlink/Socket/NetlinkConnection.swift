import CNetlink
import Glibc

/// Requests and their answers over one transport. Sequence numbers are its own and only ever grow, so that a late
/// answer to an earlier request is never taken for another's.
///
/// Not thread-safe, like its transport.
public final class NetlinkConnection {
  public let transport: any NetlinkTransport
  private let portID: UInt32
  private var sequence: UInt32 = 0
  private var builder = MessageBuilder()
  private var buffer: MessageBytes
  /// Whether this connection listens to notifications instead of asking.
  private var isMonitor = false

  /// How often a dump is begun anew after NLM_F_DUMP_INTR before it is given up.
  public static let dumpAttempts = 8

  /// The kernel sends 32 KiB of a dump at a time; ipset returns with its error the whole request, up to 64 KiB.
  public static let defaultRoom = 256 << 10
  /// The least that a dump needs: NLMSG_GOODSIZE of linux/netlink.h, and what the kernel takes off it for itself. For
  /// each piece of a dump, its end included, the kernel clears as much memory as it has seen its reader offer, up to
  /// 32 KiB: where most dumps are short, that is half of what they take.
  public static let roomForShortDumps = min(max(Int(sysconf(Int32(_SC_PAGESIZE))), 4096), 8192)

  /// - Parameters:
  ///   - transport: used for nothing else.
  ///   - room: bytes for one datagram of an answer; a longer one is an error.
  public init(_ transport: any NetlinkTransport, room: Int = NetlinkConnection.defaultRoom) {
    self.transport = transport
    portID = transport.portID
    buffer = MessageBytes(count: room)
  }

  // MARK: Batches

  /// Sends `count` requests in as few sends as the transport's limits allow, and asks for an acknowledgement of the
  /// last of each send only: the kernel works in order, answers each failure with its sequence number, is silent
  /// about each success, and goes on after a failure.
  /// - Parameters:
  ///   - count: how many requests; 0 sends nothing.
  ///   - encode: appends the request at that index as exactly one message.
  /// - Returns: one result per request, in order.
  public func perform(_ count: Int, _ encode: (Int, inout MessageBuilder) -> Void) -> [RequestResult] {
    var results = [RequestResult](repeating: .done, count: count)
    var next = 0
    while next < count {
      let send = pack(from: next, count: count, encode, &results)
      next = send.next
      if !send.requests.isEmpty { exchange(send, &results) }
    }
    return results
  }

  /// One request, acknowledged.
  public func perform(_ encode: (inout MessageBuilder) -> Void) -> RequestResult {
    perform(1) { encode(&$1) }.first ?? .done
  }

  /// The requests in the builder: their indices, and the sequence number of the first.
  private struct PackedSend {
    var requests: [Int] = []
    var firstSequence: UInt32
    var next: Int
  }

  private func pack(
    from start: Int, count: Int, _ encode: (Int, inout MessageBuilder) -> Void,
    _ results: inout [RequestResult]
  ) -> PackedSend {
    let send = pack(into: &builder, from: start, count: count, encode, &results)
    sequence &+= UInt32(truncatingIfNeeded: send.requests.count)
    return send
  }

  /// Into a builder that is in hand: taken from the connection anew for each message it would cost as much as a few
  /// attributes.
  private func pack(
    into builder: inout MessageBuilder, from start: Int, count: Int,
    _ encode: (Int, inout MessageBuilder) -> Void, _ results: inout [RequestResult]
  ) -> PackedSend {
    builder.removeAll()
    let limits = transport.limits
    var send = PackedSend(firstSequence: sequence &+ 1, next: start)
    send.requests.reserveCapacity(min(count - start, limits.messages))
    var last = 0
    while send.next < count, send.requests.count < limits.messages {
      let offset = builder.count
      encode(send.next, &builder)
      if builder.isOversized || (offset == 0 && builder.count > limits.bytes) {
        results[send.next] = .refused(Refusal(errno: EMSGSIZE))
        builder.cut(to: offset)
        send.next += 1
        continue
      }
      if builder.count > limits.bytes {
        builder.cut(to: offset)
        break
      }
      builder.address(
        messageAt: offset, sequence: send.firstSequence &+ UInt32(truncatingIfNeeded: send.requests.count),
        port: portID)
      send.requests.append(send.next)
      send.next += 1
      last = offset
    }
    if !send.requests.isEmpty {
      builder.address(
        messageAt: last, sequence: send.firstSequence &+ UInt32(truncatingIfNeeded: send.requests.count - 1),
        port: portID, adding: NLM_F_ACK)
    }
    return send
  }

  private func exchange(_ send: PackedSend, _ results: inout [RequestResult]) {
    var answered = [Bool](repeating: false, count: send.requests.count)
    do throws(NetlinkError) {
      try builder.withUnsafeBytes { (bytes) throws(NetlinkError) in try transport.send(bytes) }
    } catch {
      // The kernel takes a send whole or not at all.
      for index in send.requests { results[index] = .failed(error) }
      return
    }
    do throws(NetlinkError) {
      var isComplete = false
      while !isComplete {
        try receive { (message) throws(NetlinkError) in
          let position = Int(message.sequence &- send.firstSequence)
          guard position < send.requests.count, let answer = try message.errorAnswer() else { return }
          if answer.errno != 0 {
            results[send.requests[position]] = .refused(
              Refusal(errno: answer.errno, text: answer.text, request: answer.request))
          }
          answered[position] = true
          if position == send.requests.count - 1 { isComplete = true }
        }
      }
    } catch {
      for (index, isAnswered) in zip(send.requests, answered) where !isAnswered {
        results[index] = .unknown(error)
      }
    }
  }

  // MARK: Questions

  /// Sends one request and returns its answer.
  /// - Throws: `refused` with the kernel's error number.
  public func ask(_ encode: (inout MessageBuilder) -> Void) throws(NetlinkError) -> Message {
    try sendAlone(encode, flags: 0)
    var found: Message?
    while found == nil {
      try receive { (message) throws(NetlinkError) in
        guard message.sequence == sequence, found == nil else { return }
        if let answer = try message.errorAnswer() {
          throw .refused(errno: answer.errno, text: answer.text)
        }
        found = message
      }
    }
    guard let found else { throw .malformed("no answer") }
    return found
  }

  /// Reads a table whole: on NLM_F_DUMP_INTR everything read is thrown away and the dump begun anew, `dumpAttempts`
  /// times at most. What was read in part is never returned.
  /// - Parameters:
  ///   - initial: what an empty table gives.
  ///   - flags: to add to NLM_F_DUMP.
  ///   - encode: appends the request as one message.
  ///   - each: takes up one message of the answer.
  /// - Returns: `initial` after `each` has seen every message.
  /// - Throws: `dumpInterrupted` after the last attempt, `refused`, `answerLost`, and what `each` throws.
  public func dump<Whole>(
    _ initial: Whole, flags: Int32 = 0, _ encode: (inout MessageBuilder) -> Void,
    each: (inout Whole, Message) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> Whole {
    var whole = initial
    try dump(into: &whole, empty: { $0 = initial }, flags: flags, encode, each: each)
    return whole
  }

  /// The same into something that is used again and again.
  /// - Parameters:
  ///   - whole: what `each` fills; half full after an error.
  ///   - empty: takes out what is in it; called before the first message of each attempt.
  ///   - flags: to add to NLM_F_DUMP.
  ///   - encode: appends the request as one message.
  ///   - each: takes up one message of the answer.
  /// - Throws: as the other.
  func dump<Whole>(
    into whole: inout Whole, empty: (inout Whole) -> Void, flags: Int32 = 0,
    _ encode: (inout MessageBuilder) -> Void, each: (inout Whole, Message) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    for _ in 0..<Self.dumpAttempts {
      try sendAlone(encode, flags: NLM_F_DUMP | flags)
      empty(&whole)
      var isInterrupted = false
      var isComplete = false
      while !isComplete {
        try receive { (message) throws(NetlinkError) in
          guard message.sequence == sequence, !isComplete else { return }
          if message.has(NLM_F_DUMP_INTR) { isInterrupted = true }
          switch Int32(message.type) {
          case NLMSG_DONE:
            isComplete = true
            let status: Int32 = message.count >= 4 ? try message.integer(at: 0) : 0
            if status < 0, status != .min { throw .refused(errno: -status, text: "") }
          case NLMSG_ERROR:
            let answer = try ErrorAnswer(message)
            isComplete = true
            if answer.errno != 0 { throw .refused(errno: answer.errno, text: answer.text) }
          default:
            try each(&whole, message)
            if !message.has(NLM_F_MULTI) { isComplete = true }
          }
        }
      }
      if !isInterrupted { return }
    }
    throw .dumpInterrupted
  }

  private func sendAlone(_ encode: (inout MessageBuilder) -> Void, flags: Int32) throws(NetlinkError) {
    builder.removeAll()
    encode(&builder)
    guard !builder.isOversized else { throw .systemCall("send", errno: EMSGSIZE) }
    sequence &+= 1
    builder.address(messageAt: 0, sequence: sequence, port: portID, adding: flags)
    try builder.withUnsafeBytes { (bytes) throws(NetlinkError) in try transport.send(bytes) }
  }

  // MARK: Receiving

  /// Waits for one datagram and hands out its messages. Those addressed to another port are dropped.
  public func receive(
    _ each: (Message) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    // A message that somebody has kept must not change.
    if !isKnownUniquelyReferenced(&buffer) { buffer = MessageBytes(count: buffer.count) }
    let count = try transport.receive(into: buffer.room)
    var reader = MessageReader(buffer, count: count)
    while let message = try reader.next() {
      if Int32(message.type) == NLMSG_OVERRUN { throw .answerLost(errno: ENOBUFS) }
      // Answers have our port; notifications 0, or that of whoever caused them.
      if message.port == portID || isMonitor { try each(message) }
    }
  }

  /// From now on `receive` hands out notifications of these groups too. Such a connection is used for nothing else.
  public func subscribe(to groups: [Int32]) throws(NetlinkError) {
    for group in groups { try transport.subscribe(to: group) }
    isMonitor = true
  }
}
