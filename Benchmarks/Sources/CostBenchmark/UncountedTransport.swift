import CCounting
import Netlink

/// A transport into the kernel in memory whose own work counts for nothing: what is measured ends at the send.
final class UncountedTransport: NetlinkTransport {
  private let kernel: any NetlinkTransport

  init(_ kernel: any NetlinkTransport) { self.kernel = kernel }

  var portID: UInt32 { kernel.portID }
  var limits: SendLimits { uncounted { kernel.limits } }

  func send(_ bytes: UnsafeRawBufferPointer) throws(NetlinkError) {
    counting_pause()
    defer { counting_resume() }
    try kernel.send(bytes)
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) throws(NetlinkError) -> Int {
    counting_pause()
    defer { counting_resume() }
    return try kernel.receive(into: buffer)
  }

  func subscribe(to group: Int32) throws(NetlinkError) { try kernel.subscribe(to: group) }

  func isReadable(within milliseconds: Int32) -> Bool {
    uncounted { kernel.isReadable(within: milliseconds) }
  }

  private func uncounted<Result>(_ body: () -> Result) -> Result {
    counting_pause()
    defer { counting_resume() }
    return body()
  }
}
