import Addressing
import Foundation

/// An HTTP answer as it came over the wire.
struct HTTPReply {
  struct Malformed: Error {
    let text: String
  }

  let status: Int
  /// In the order and the spelling of the wire.
  let headerNames: [String]
  let body: String
  private let headers: [String: String]

  subscript(header: String) -> String? { headers[header] }

  /// Asks from inside a namespace.
  static func get(
    from namespace: String, _ address: String, _ port: UInt16, _ path: String
  ) throws -> HTTPReply {
    // An emulated machine under load takes seconds where others take milliseconds.
    let socket = try Client.open(from: namespace, address, port, timeout: 20).socket
    try socket.send("GET \(path) HTTP/1.1\r\nHost: node-a\r\n\r\n")
    var received: [UInt8] = []
    while true {
      if let reply = try HTTPReply(received) { return reply }
      let bytes = try socket.receiveBytes()
      if bytes.isEmpty { throw Malformed(text: String(decoding: received, as: UTF8.self)) }
      received += bytes
    }
  }

  /// Nil while something is missing.
  private init?(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let fields = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      return (name: parts[0], value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
    }
    headers = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0), \($1)" })
    headerNames = fields.map(\.name)
    let words = lines[0].split(separator: " ")
    guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]),
      let length = headers["Content-Length"].flatMap({ Int($0) })
    else { throw Malformed(text: text) }
    self.status = status
    body = String(text[end.upperBound...])
    guard body.utf8.count >= length else { return nil }
    guard body.utf8.count == length else { throw Malformed(text: text) }
  }
}
