import Addressing
import Foundation
import Glibc

/// ICMP echo by a datagram socket (net.ipv4.ping_group_range must allow it): the kernel fills in identifier and checksum.
enum Ping {
  static func isAnswered(from namespace: String, _ address: String) throws -> Bool {
    guard let target = IPAddress(address) else { throw CocoaError(.formatting) }
    return try NamespaceThread.run(namespace) {
      let socket = try Socket(pingOver: target.family)
      socket.setTimeout(2)
      try socket.connect(target, port: 0)
      // Type (8 of RFC 792, 128 of RFC 4443), code, checksum, identifier, sequence number.
      try socket.send(bytes: [target.family == .ipv4 ? 8 : 128, 0, 0, 0, 0, 0, 0, 1])
      do {
        return try socket.receiveBytes().first == (target.family == .ipv4 ? 0 : 129)
      } catch { return false }
    }
  }
}
