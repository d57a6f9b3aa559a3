import CNetlink
import Glibc

/// A connected netlink socket of libnl's making, with sending, receiving and error numbers of our own (libnl folds
/// errnos into a smaller set).
///
/// Not thread-safe: whoever owns it uses it from one thread at a time.
public final class NetlinkSocket: NetlinkTransport {
  public enum Family: Hashable, Sendable {
    case route, generic, netfilter

    var number: Int32 {
      switch self {
      case .route: NETLINK_ROUTE
      case .generic: NETLINK_GENERIC
      case .netfilter: NETLINK_NETFILTER
      }
    }
  }

  private let socket: OpaquePointer
  private let descriptor: Int32
  public let portID: UInt32
  public let limits: SendLimits

  /// - Parameters:
  ///   - family: the kernel subsystem to speak to.
  ///   - bufferBytes: wanted for each of the socket's buffers; without CAP_NET_ADMIN the kernel gives less.
  ///   - receiveTimeoutMilliseconds: how long to wait for an answer. Loading a scheduler's module can take seconds.
  ///   - limits: cut down to what the socket's buffers hold.
  /// - Throws: `systemCall` when the socket can't be opened.
  public init(
    _ family: Family, bufferBytes: Int32 = 8 << 20, receiveTimeoutMilliseconds: Int = 10_000,
    limits: SendLimits = SendLimits()
  ) throws(NetlinkError) {
    guard let socket = nl_socket_alloc() else { throw .systemCall("nl_socket_alloc", errno: ENOMEM) }
    Glibc.errno = 0
    guard nl_connect(socket, family.number) == 0 else {
      let number = Glibc.errno
      nl_socket_free(socket)
      throw .systemCall("opening a netlink socket", errno: number)
    }
    self.socket = socket
    descriptor = nl_socket_get_fd(socket)
    portID = nl_socket_get_local_port(socket)
    let sendBuffer = Self.setBuffer(descriptor, force: SO_SNDBUFFORCE, plain: SO_SNDBUF, bufferBytes)
    let receiveBuffer = Self.setBuffer(descriptor, force: SO_RCVBUFFORCE, plain: SO_RCVBUF, bufferBytes)
    self.limits = Self.fit(limits, sendBuffer: sendBuffer, receiveBuffer: receiveBuffer)
    // Errors without the request's whole echo, and with the kernel's words; older kernels do without.
    Self.set(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1)
    Self.set(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1)
    // The kernel filters dumps of addresses by interface only on request.
    if family == .route { Self.set(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1) }
    var timeout = timeval(
      tv_sec: receiveTimeoutMilliseconds / 1000, tv_usec: receiveTimeoutMilliseconds % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { nl_socket_free(socket) }

  public func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError) {
    while true {
      let sent = Glibc.send(descriptor, bytes.baseAddress, bytes.count, 0)
      if sent == bytes.count { return }
      if sent >= 0 { throw .systemCall("send", errno: EMSGSIZE) }
      if Glibc.errno != EINTR { throw .systemCall("send", errno: Glibc.errno) }
    }
  }

  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int {
    while true {
      var sender = sockaddr_nl()
      var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
      let count = withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC), $0, &length)
        }
      }
      if count < 0 {
        switch Glibc.errno {
        case EINTR: continue
        case ENOBUFS: throw .answerLost(errno: ENOBUFS)
        case EAGAIN: throw .answerLost(errno: ETIMEDOUT)
        case let number: throw .systemCall("receive", errno: number)
        }
      }
      // Other processes may write to our port; only the kernel's is 0.
      if sender.nl_pid != 0 { continue }
      guard count <= buffer.count else { throw .malformed("datagram of \(count) bytes") }
      return count
    }
  }

  public func subscribe(to group: Int32) throws(NetlinkError) {
    guard nl_socket_add_membership(socket, group) == 0 else {
      throw .systemCall("subscribing to netlink group \(group)", errno: Glibc.errno)
    }
  }

  public func isReadable(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// - Returns: the size the kernel now shows, twice what it counts as usable.
  private static func setBuffer(_ descriptor: Int32, force: Int32, plain: Int32, _ bytes: Int32) -> Int {
    if !set(descriptor, SOL_SOCKET, force, bytes) { set(descriptor, SOL_SOCKET, plain, bytes) }
    var shown: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, plain, &shown, &length)
    return Int(shown)
  }

  @discardableResult
  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
    var value = value
    return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
  }

  /// A send longer than the send buffer is refused (EMSGSIZE), and errors that don't fit the receive buffer are lost:
  /// each takes up to 2 KiB of it.
  static func fit(_ limits: SendLimits, sendBuffer: Int, receiveBuffer: Int) -> SendLimits {
    SendLimits(
      bytes: max(4096, min(limits.bytes, sendBuffer / 2)),
      messages: max(1, min(limits.messages, receiveBuffer / 2048)))
  }
}
