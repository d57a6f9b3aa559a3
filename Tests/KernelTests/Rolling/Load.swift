import Addressing
import Foundation
import Glibc
import Synchronization

/// Requests of four kinds from one namespace to one virtual IP, at a steady pace, until stopped.
final class Load: Sendable {
  struct Report: Sendable {
    var newConnections = 0
    var keptAliveRequests = 0
    var endedByServer = 0
    var newPortDatagrams = 0
    var fixedPortDatagrams = 0
    /// Datagrams from the fixed port that had to be sent again.
    var retransmissions = 0
    var failures: [String] = []
  }

  /// Requests a second of each kind; kept-alive ones on each connection.
  struct Pace: Sendable {
    let newConnections: Int
    let keptAlive: Int
    let newPorts: Int
    let fixedPort: Int
  }

  private static let keptAliveConnections = 6
  private let namespace: String
  private let target: IPAddress
  private let isStopped = Atomic(false)
  private let report = Mutex(Report())
  private let threads = DispatchGroup()

  init(from namespace: String, to target: IPAddress, _ pace: Pace) {
    self.namespace = namespace
    self.target = target
    // Two threads share this pace: one slow answer must not hold up the rest.
    for _ in 0..<2 {
      everySecond(pace.newConnections / 2) { [self] in newConnection() }
    }
    keepAlive(pace.keptAlive)
    everySecond(pace.newPorts) { [self] in newPortDatagram() }
    fixedPort(pace.fixedPort)
  }

  /// Ends all requests and tells what became of them.
  func stop() -> Report {
    isStopped.store(true, ordering: .relaxed)
    threads.wait()
    return report.withLock { $0 }
  }

  private func newConnection() {
    perform("new connection", counting: \.newConnections) {
      let socket = try connected(.tcp)
      try socket.send("?")
      guard try !socket.receive().isEmpty else { throw Unanswered() }
    }
  }

  private func keepAlive(_ pace: Int) {
    let connections = Mutex<[Socket]>([])
    everySecond(pace) { [self] in
      var open = connections.withLock { $0 }
      while open.count < Self.keptAliveConnections {
        guard let socket = try? connected(.tcp) else {
          note("a connection to keep alive could not be opened")
          return
        }
        open.append(socket)
      }
      open = open.filter { socket in
        var isOpen = false
        perform("kept-alive connection", counting: \.keptAliveRequests) {
          try socket.send("?")
          isOpen = try !socket.receive().isEmpty
        }
        return isOpen
      }
      let ended = Self.keptAliveConnections - open.count
      report.withLock { $0.endedByServer += ended }
      connections.withLock { $0 = open }
    }
  }

  private func newPortDatagram() {
    perform("datagram from a new port", counting: \.newPortDatagrams) {
      let socket = try connected(.udp)
      try socket.send("?")
      _ = try socket.receive()
    }
  }

  private func fixedPort(_ pace: Int) {
    let kept = Mutex<Socket?>(nil)
    everySecond(pace) { [self] in
      perform("datagram from a fixed port", counting: \.fixedPortDatagrams) {
        let socket = try kept.withLock { $0 } ?? connected(.udp)
        kept.withLock { $0 = socket }
        socket.setTimeout(milliseconds: 1000)
        for attempt in 1...3 {
          do {
            try socket.send("?")
            _ = try socket.receive()
            return
          } catch let error as SocketError where attempt < 3 {
            _ = error
            report.withLock { $0.retransmissions += 1 }
          }
        }
      }
    }
  }

  private struct Unanswered: Error {}

  private func connected(_ transport: TransportProtocol) throws -> Socket {
    let socket = try Socket(transport, target.family)
    socket.setTimeout(3)
    try socket.connect(target, port: 80)
    return socket
  }

  private func perform(
    _ what: String, counting count: any WritableKeyPath<Report, Int> & Sendable, _ body: () throws -> Void
  ) {
    do {
      try body()
      report.withLock { $0[keyPath: count] += 1 }
    } catch { note("\(what): \(error)") }
  }

  private func note(_ failure: String) {
    report.withLock { $0.failures.append("\(failure) from \(namespace)") }
  }

  /// Calls `body` that often on a thread in the namespace; where a call takes longer than its turn, the next are late.
  private func everySecond(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    threads.enter()
    NamespaceThread.start(namespace) { [self] entered in
      defer { threads.leave() }
      if case .failure(let error) = entered { return note("\(error)") }
      let interval = 1 / Double(count)
      var next = Date()
      while !isStopped.load(ordering: .relaxed) {
        body()
        next = max(next.addingTimeInterval(interval), Date().addingTimeInterval(-1))
        let pause = next.timeIntervalSinceNow
        if pause > 0 { usleep(UInt32(pause * 1_000_000)) }
      }
    }
  }
}
