import Addressing
import Foundation
import Glibc
import Synchronization

/// Servers in a pod's namespace that answer with the pod's name and the source address they saw: "pod1 10.244.0.2".
final class PodServer: Sendable {
  struct Listener: Hashable, Sendable {
    let transport: TransportProtocol
    let family: IPFamily
    let port: UInt16
  }

  /// TCP and UDP on 8080, both families.
  static let usual: [Listener] = [TransportProtocol.tcp, .udp].flatMap { transport in
    IPFamily.allCases.map { Listener(transport: transport, family: $0, port: 8080) }
  }

  private let name: String
  private let sockets: Mutex<[Socket]>
  private let isStopped = Mutex(false)

  init(name: String, namespace: String, listeners: [Listener]) throws {
    self.name = name
    let opened = try NamespaceThread.run(namespace) {
      try listeners.map { listener in
        let socket = try Socket(listener.transport, listener.family)
        let any = listener.family == .ipv4 ? IPAddress(ipv4: 0) : IPAddress(ipv6High: 0, low: 0)
        try socket.bind(any, port: listener.port)
        if listener.transport != .udp { try socket.listen() }
        return socket
      }
    }
    sockets = Mutex(opened)
    // A socket stays in the namespace it was made in, whichever thread uses it.
    for socket in opened {
      Thread.detachNewThread { [self] in
        while !isStopped.withLock({ $0 }) {
          do { try serve(socket) } catch { usleep(10_000) }
        }
      }
    }
  }

  func stop() {
    isStopped.withLock { $0 = true }
    for socket in sockets.withLock({ $0 }) { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
  }

  private func serve(_ socket: Socket) throws {
    if socket.transport == .udp {
      try socket.answerDatagram { "\(name) \($0)" }
      return
    }
    let (connection, peer) = try socket.accept()
    // Each line is answered, so that a test can keep a connection open and use it.
    Thread.detachNewThread { [name] in
      while let line = try? connection.receive(), !line.isEmpty {
        do { try connection.send("\(name) \(peer)") } catch { return }
      }
    }
  }
}

/// A connection kept open.
struct OpenConnection: Sendable {
  let socket: Socket

  func ask() throws -> String {
    try socket.send("?")
    return try socket.receive()
  }
}

/// Requests from inside a namespace.
enum Client {
  /// - Returns: the answer ("pod1 10.244.0.2").
  /// - Throws: SocketError when it is refused or nothing answers within `timeout` seconds.
  static func ask(
    from namespace: String, _ address: String, _ port: UInt16, _ transport: TransportProtocol = .tcp,
    source: IPAddress? = nil, timeout: Int = 3
  ) throws -> String {
    try open(from: namespace, address, port, transport, source: source, timeout: timeout).ask()
  }

  /// Opens a connection; from `source` where one is given, else from the address that the kernel chooses.
  static func open(
    from namespace: String, _ address: String, _ port: UInt16, _ transport: TransportProtocol = .tcp,
    source: IPAddress? = nil, timeout: Int = 3
  ) throws -> OpenConnection {
    guard let target = IPAddress(address) else { throw CocoaError(.formatting) }
    return try NamespaceThread.run(namespace) {
      let socket = try Socket(transport, target.family)
      socket.setTimeout(timeout)
      if let source { try socket.bind(source, port: 0) }
      try socket.connect(target, port: port)
      return OpenConnection(socket: socket)
    }
  }

  /// Sends a datagram of that many bytes.
  ///
  /// - Returns: how many bytes came back: a pod answers with as many.
  static func exchange(
    from namespace: String, _ address: String, _ port: UInt16, bytes: Int
  ) throws -> Int {
    let socket = try open(from: namespace, address, port, .udp).socket
    let datagram = Array(repeating: UInt8(ascii: "?"), count: bytes)
    try socket.send(bytes: datagram)
    return try socket.receiveBytes().count
  }

  /// Who answers to `count` requests, and how often.
  static func responders(
    from namespace: String, _ address: String, _ port: UInt16, _ transport: TransportProtocol = .tcp,
    count: Int = 10
  ) throws -> [String: Int] {
    var result: [String: Int] = [:]
    for _ in 0..<count {
      let answer = try ask(from: namespace, address, port, transport)
      result[String(answer.prefix { $0 != " " }), default: 0] += 1
    }
    return result
  }
}
