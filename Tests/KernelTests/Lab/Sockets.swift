import Addressing
import Foundation
import Glibc

/// A socket call that failed.
struct SocketError: Error, CustomStringConvertible {
  let call: String
  let errno: Int32

  init(_ call: String) {
    self.call = call
    self.errno = Glibc.errno
  }

  var description: String { "\(call): \(String(cString: strerror(errno)))" }
}

/// A descriptor that is closed with its value.
final class Socket: Sendable {
  let descriptor: Int32
  let transport: TransportProtocol
  let family: IPFamily

  init(_ transport: TransportProtocol, _ family: IPFamily) throws {
    let type = transport == .udp ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
    descriptor = socket(
      family == .ipv4 ? AF_INET : AF_INET6, type | Int32(SOCK_CLOEXEC.rawValue), Int32(transport.rawValue))
    self.transport = transport
    self.family = family
    if descriptor < 0 { throw SocketError("socket \(transport)") }
  }

  /// A socket for ICMP echo. Its transport is given as UDP, which it resembles.
  init(pingOver family: IPFamily) throws {
    descriptor = socket(
      family == .ipv4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
      Int32(family == .ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
    transport = .udp
    self.family = family
    if descriptor < 0 { throw SocketError("socket ICMP") }
  }

  private init(accepted descriptor: Int32, _ transport: TransportProtocol, _ family: IPFamily) {
    self.descriptor = descriptor
    self.transport = transport
    self.family = family
  }

  deinit { close(descriptor) }

  func setTimeout(_ seconds: Int) { setTimeout(milliseconds: seconds * 1000) }

  func setTimeout(milliseconds: Int) {
    var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  func bind(_ address: IPAddress, port: UInt16) throws {
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    if family == .ipv6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    let status = Self.withAddress(address, port) { Glibc.bind(descriptor, $0, $1) }
    if status != 0 { throw SocketError("bind \(address):\(port)") }
  }

  func listen() throws {
    if Glibc.listen(descriptor, 64) != 0 { throw SocketError("listen") }
  }

  func connect(_ address: IPAddress, port: UInt16) throws {
    let status = Self.withAddress(address, port) { Glibc.connect(descriptor, $0, $1) }
    if status != 0 { throw SocketError("connect \(address):\(port)") }
  }

  /// - Returns: the connection and the address of its other end.
  func accept() throws -> (Socket, String) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let accepted = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.accept(descriptor, $0, &length) }
    }
    if accepted < 0 { throw SocketError("accept") }
    return (Socket(accepted: accepted, transport, family), Self.text(storage))
  }

  func send(_ text: String) throws { try send(bytes: Array(text.utf8)) }

  func send(bytes: [UInt8]) throws {
    if Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) != bytes.count {
      throw SocketError("send")
    }
  }

  /// One read; empty at the end of the stream.
  func receive() throws -> String { String(decoding: try receiveBytes(), as: UTF8.self) }

  func receiveBytes() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0 { throw SocketError("receive") }
    return Array(buffer.prefix(count))
  }

  /// Answers one datagram with what `reply` makes of its sender, filled up with zeros to the datagram's length.
  func answerDatagram(_ reply: (String) -> String) throws {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
      }
    }
    if count < 0 { throw SocketError("recvfrom") }
    let text = Array(reply(Self.text(storage)).utf8)
    let answer = text + Array(repeating: 0, count: max(0, count - text.count))
    withUnsafePointer(to: storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, answer, answer.count, 0, $0, length)
      }
    }
  }

  private static func withAddress<Result>(
    _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var storage = sockaddr_storage()
    let length = withUnsafeMutableBytes(of: &storage) { raw in
      // The layouts of sockaddr_in and sockaddr_in6: family, port, (flow,) address.
      let offset = address.family == .ipv4 ? 4 : 8
      raw.storeBytes(of: sa_family_t(address.family == .ipv4 ? AF_INET : AF_INET6), as: sa_family_t.self)
      raw.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      for (index, byte) in address.bytes.enumerated() { raw[offset + index] = byte }
      return socklen_t(
        address.family == .ipv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    }
    return withUnsafePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  private static func text(_ storage: sockaddr_storage) -> String {
    withUnsafeBytes(of: storage) { raw in
      let isV4 = raw.load(as: sa_family_t.self) == sa_family_t(AF_INET)
      let bytes = isV4 ? raw[4..<8] : raw[8..<24]
      return IPAddress(bytes: Array(bytes))?.description ?? "?"
    }
  }
}
