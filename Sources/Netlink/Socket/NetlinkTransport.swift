/// The seam between messages and the kernel: a socket, or a test's double.
///
/// Used by one thread at a time; what is sent is a whole number of messages.
public protocol NetlinkTransport: AnyObject {
  /// The port the kernel addresses answers to (nlmsg_pid).
  var portID: UInt32 { get }
  var limits: SendLimits { get }

  /// Hands the bytes to the kernel, which works through all messages before this returns (a module may be loaded
  /// meanwhile).
  func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError)

  /// Waits for the next datagram.
  /// - Returns: its length.
  /// - Throws: `answerLost` for ENOBUFS and when the time is up, `malformed` when it doesn't fit.
  func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int

  /// From now on notifications of the group arrive too.
  func subscribe(to group: Int32) throws(NetlinkError)

  /// Waits until `receive` would return at once.
  /// - Parameter milliseconds: how long to wait at most; 0 to look only.
  /// - Returns: false when the time is up.
  func isReadable(within milliseconds: Int32) -> Bool
}

/// What one send may hold, given the socket's buffers.
public struct SendLimits: Hashable, Sendable {
  /// Bytes of all messages together.
  public var bytes: Int
  /// Messages, each of which may be answered with an error of about 2 KiB of receive buffer.
  public var messages: Int

  public init(bytes: Int = 256 << 10, messages: Int = 4096) {
    self.bytes = bytes
    self.messages = messages
  }
}
