import Addressing
import Foundation
import Glibc
import Synchronization

/// A pod's server that ends as a well-behaved one does: it closes its connections one after the other, and stops
/// listening when none is left.
final class RollingPod: Sendable {
  static let port: UInt16 = 8080

  private let name: String
  private let tcp: Socket
  private let udp: Socket
  private let isEnding = Atomic(false)
  private let isStopped = Atomic(false)
  private let openConnections = Atomic(0)

  init(name: String, namespace: String) throws {
    self.name = name
    (tcp, udp) = try NamespaceThread.run(namespace) {
      let any = IPAddress(ipv4: 0)
      let tcp = try Socket(.tcp, .ipv4)
      try tcp.bind(any, port: Self.port)
      try tcp.listen()
      let udp = try Socket(.udp, .ipv4)
      try udp.bind(any, port: Self.port)
      return (tcp, udp)
    }
    Thread.detachNewThread { [self] in
      while !isStopped.load(ordering: .relaxed) {
        guard let connection = try? tcp.accept().0 else { continue }
        openConnections.add(1, ordering: .relaxed)
        Thread.detachNewThread { [self] in
          serve(connection)
          openConnections.subtract(1, ordering: .relaxed)
        }
      }
    }
    Thread.detachNewThread { [self] in
      while !isStopped.load(ordering: .relaxed) { try? udp.answerDatagram { "\(name) \($0)" } }
    }
  }

  private func serve(_ connection: Socket) {
    connection.setTimeout(milliseconds: 200)
    while !isEnding.load(ordering: .relaxed) {
      do {
        guard try !connection.receive().isEmpty else { return }
        try connection.send(name)
      } catch let error as SocketError where error.errno == EAGAIN {
        continue
      } catch { return }
    }
    // Closing at once would reset a connection whose client has just asked again: end our side, wait for the other's.
    shutdown(connection.descriptor, Int32(SHUT_WR))
    connection.setTimeout(milliseconds: 3000)
    while let bytes = try? connection.receiveBytes(), !bytes.isEmpty {}
  }

  /// Ends every connection, then the server.
  ///
  /// - Returns: how many connections were still open after 10 s.
  func finish() -> Int {
    isEnding.store(true, ordering: .relaxed)
    let deadline = Date().addingTimeInterval(10)
    while openConnections.load(ordering: .relaxed) > 0, Date() < deadline { usleep(50_000) }
    stop()
    return openConnections.load(ordering: .relaxed)
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    isEnding.store(true, ordering: .relaxed)
    for socket in [tcp, udp] { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
  }
}
