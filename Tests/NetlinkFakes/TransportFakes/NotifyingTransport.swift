import CNetlink
import Dispatch
import Glibc
import Netlink
import Synchronization

/// What a test tells through a `NotifyingTransport`, from any thread and whenever it likes.
public final class NotificationFeed: Sendable {
  private struct State {
    var events: [Event] = []
    var groups: [Int32] = []
  }

  enum Event {
    case datagram([UInt8])
    case failure(NetlinkError)
  }

  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)

  public init() {}

  /// The groups that were subscribed to.
  public var groups: [Int32] { state.withLock { $0.groups } }

  /// Tells of all of these in one datagram.
  public func tell(_ notifications: RouteNotification...) {
    push(.datagram(notifications.flatMap(\.datagram)))
  }

  /// The next receive fails.
  public func fail(_ error: NetlinkError) { push(.failure(error)) }

  private func push(_ event: Event) {
    state.withLock { $0.events.append(event) }
    available.signal()
  }

  func subscribe(_ group: Int32) { state.withLock { $0.groups.append(group) } }

  func isReadable(within milliseconds: Int32) -> Bool {
    guard available.wait(timeout: .now() + .milliseconds(Int(milliseconds))) == .success else { return false }
    available.signal()
    return true
  }

  func take() -> Event? {
    guard available.wait(timeout: .now()) == .success else { return nil }
    return state.withLock { $0.events.removeFirst() }
  }
}

/// A socket that listens: hands out what its feed tells.
public final class NotifyingTransport: NetlinkTransport {
  public let portID: UInt32 = 4243
  public let limits = SendLimits()
  private let feed: NotificationFeed

  public init(_ feed: NotificationFeed) { self.feed = feed }

  public func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError) {
    throw .systemCall("send", errno: EOPNOTSUPP)
  }

  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int {
    switch feed.take() {
    case .datagram(let bytes):
      buffer.copyBytes(from: bytes)
      return bytes.count
    case .failure(let error): throw error
    case nil: throw .answerLost(errno: ETIMEDOUT)
    }
  }

  public func subscribe(to group: Int32) { feed.subscribe(group) }

  public func isReadable(within milliseconds: Int32) -> Bool { feed.isReadable(within: milliseconds) }
}

extension RouteNotification {
  /// As the kernel sends it: the same payload as the request has, and the type that says what happened.
  fileprivate var datagram: [UInt8] {
    let (type, request): (Int, RouteRequest) =
      switch self {
      case .linkChanged(let link): (Int(RTM_NEWLINK), .newLink(link))
      case .linkRemoved(let link): (Int(RTM_DELLINK), .newLink(link))
      case .addressChanged(let address): (Int(RTM_NEWADDR), .newAddress(address))
      case .addressRemoved(let address): (Int(RTM_DELADDR), .deleteAddress(address))
      }
    let header = RequestHeader([UInt8](repeating: 0, count: 16))
    return Frame.message(
      type: UInt16(type), to: header, payload: Frame.payload { request.encode(into: &$0) })
  }
}
