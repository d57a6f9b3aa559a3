import Addressing
import CNetlink
import Glibc
import Netlink
import Synchronization

/// A request, decoded.
public enum KernelRequest: Hashable, Sendable {
  case genericFamily
  case ipvs(IPVSRequest)
  case route(RouteRequest)
  case set(SetRequest)
  case nftables(NFTablesMessage)
  case conntrack(ConntrackRequest)
}

/// What has passed the transports of a `CountingKernel`.
public struct TrafficCounts: Hashable, Sendable {
  public var sends = 0
  public var messages = 0
  public var bytes = 0
  /// Set elements in messages that add or delete them.
  public var elements = 0

  public init(sends: Int = 0, messages: Int = 0, bytes: Int = 0, elements: Int = 0) {
    self.sends = sends
    self.messages = messages
    self.bytes = bytes
    self.elements = elements
  }
}

/// A kernel behind netlink transports, with just enough memory to answer: it decodes each request with Netlink's own
/// decoders, does it to a small model, answers as the kernel does (failures always, successes on NLM_F_ACK), and
/// counts. It can be told to refuse requests and to lose answers.
public final class CountingKernel: Sendable {
  struct State {
    var counts = TrafficCounts()
    var requests: [KernelRequest] = []
    var model = KernelModel()
    var refuse: @Sendable (KernelRequest) -> Int32? = { _ in nil }
    var refuseElement: @Sendable (SetElement) -> Int32? = { _ in nil }
    /// Sends from now until one whose answers are lost, and the errno of that.
    var loss: (countdown: Int, errno: Int32)?
    var limits = SendLimits()
    var opened: [NetlinkSocket.Family] = []
  }

  let state = Mutex(State())

  public init(limits: SendLimits = SendLimits()) { state.withLock { $0.limits = limits } }

  /// A transport of that netlink family into this kernel.
  public func transport(_ family: NetlinkSocket.Family) -> any NetlinkTransport {
    state.withLock { $0.opened.append(family) }
    return CountingTransport(self, family)
  }

  public var counts: TrafficCounts { state.withLock { $0.counts } }
  /// Every request since the last reset, in order.
  public var requests: [KernelRequest] { state.withLock { $0.requests } }
  /// The families of the transports opened so far, in order.
  public var opened: [NetlinkSocket.Family] { state.withLock { $0.opened } }

  public func resetCounts() {
    state.withLock {
      $0.counts = TrafficCounts()
      $0.requests = []
    }
  }

  /// Requests for which this gives an errno are refused with it.
  public func refuse(_ rule: @escaping @Sendable (KernelRequest) -> Int32?) {
    state.withLock { $0.refuse = rule }
  }

  /// Set elements for which this gives an errno stop their message there.
  public func refuseElements(_ rule: @escaping @Sendable (SetElement) -> Int32?) {
    state.withLock { $0.refuseElement = rule }
  }

  /// The answers to the send after the next `sends` are lost; that send takes effect all the same.
  public func loseAnswers(after sends: Int = 0, errno: Int32) {
    state.withLock { $0.loss = (sends, errno) }
  }

  /// Changes what the kernel holds behind everybody's back.
  public func modify(_ change: (inout KernelModel) -> Void) { state.withLock { change(&$0.model) } }
  public var model: KernelModel { state.withLock { $0.model } }
}

/// One socket into a `CountingKernel`.
final class CountingTransport: NetlinkTransport {
  let portID: UInt32 = 7
  private let kernel: CountingKernel
  /// The next one last.
  private var answers: [[UInt8]] = []
  private var loss: Int32?

  private let family: NetlinkSocket.Family

  init(_ kernel: CountingKernel, _ family: NetlinkSocket.Family) {
    self.kernel = kernel
    self.family = family
  }

  var limits: SendLimits { kernel.state.withLock { $0.limits } }

  func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError) {
    let bytes = Array(bytes)
    (answers, loss) = kernel.state.withLock { $0.take(bytes, family) }
    answers.reverse()
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int {
    if let loss {
      self.loss = nil
      answers = []
      throw .answerLost(errno: loss)
    }
    guard let answer = answers.popLast() else { throw .answerLost(errno: ETIMEDOUT) }
    buffer.copyBytes(from: answer)
    return answer.count
  }

  func subscribe(to group: Int32) {}

  func isReadable(within milliseconds: Int32) -> Bool { loss != nil || !answers.isEmpty }
}

extension CountingKernel.State {
  /// - Returns: the answers, one datagram each, and the errno when they are lost.
  mutating func take(_ bytes: [UInt8], _ family: NetlinkSocket.Family) -> ([[UInt8]], Int32?) {
    counts.sends += 1
    counts.bytes += bytes.count
    var answers: [[UInt8]] = []
    for message in split(bytes) {
      counts.messages += 1
      answers += answer(message, family)
    }
    guard let (countdown, errno) = loss else { return (answers, nil) }
    loss = countdown == 0 ? nil : (countdown - 1, errno)
    return (answers, countdown == 0 ? errno : nil)
  }

  private mutating func answer(_ bytes: [UInt8], _ family: NetlinkSocket.Family) -> [[UInt8]] {
    let header = RequestHeader(bytes)
    guard let request = try? decode(bytes, family) else { return [Frame.error(EINVAL, to: header)] }
    requests.append(request)
    if case .set(.add(let elements, _)) = request { counts.elements += elements.count }
    if case .set(.delete(let elements, _)) = request { counts.elements += elements.count }
    if let errno = refuse(request) { return [Frame.error(errno, to: header)] }
    switch model.perform(request, refuseElement: refuseElement) {
    case .done: return header.flags & NLM_F_ACK == 0 ? [] : [Frame.error(0, to: header)]
    case .refused(let errno): return [Frame.error(errno, to: header)]
    case .refusedAtLine(let errno, let line):
      return [Frame.setError(errno, line: line, request: bytes, header: header)]
    case .answer(let type, let payload): return [Frame.message(type: type, to: header, payload: payload)]
    case .table(let type, let payloads):
      return payloads.map { Frame.message(type: type, flags: NLM_F_MULTI, to: header, payload: $0) }
        + [Frame.done(to: header)]
    }
  }

  /// Message types have a meaning only within their netlink family: 16 is RTM_NEWLINK and GENL_ID_CTRL.
  private func decode(
    _ bytes: [UInt8], _ family: NetlinkSocket.Family
  ) throws(NetlinkError) -> KernelRequest {
    var reader = MessageReader(bytes)
    guard let message = try reader.next() else { throw .malformed("nothing") }
    switch family {
    case .route: return .route(try RouteRequest(message))
    case .netfilter:
      switch Int(message.type >> 8) {
      case Int(NFNL_SUBSYS_NFTABLES): return .nftables(try NFTablesMessage(message))
      case Int(NFNL_SUBSYS_CTNETLINK): return .conntrack(try ConntrackRequest(message))
      default: return .set(try SetRequest(message))
      }
    case .generic:
      return message.type == UInt16(CNL_GENL_ID_CTRL) ? .genericFamily : .ipvs(try IPVSRequest(message))
    }
  }
}
