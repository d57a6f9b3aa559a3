/// Path and query of a request, decoded.
struct RequestTarget: Sendable {
  let path: [String]
  let query: [(name: String, value: String)]

  /// - Parameter text: as in the request line, "/api/v1/services?limit=500".
  init(_ text: String) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = (parts.first ?? "").split(separator: "/").map { RequestTarget.decode($0) }
    query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (RequestTarget.decode(sides[0]), sides.count > 1 ? RequestTarget.decode(sides[1]) : "")
    }
  }

  subscript(name: String) -> String? { query.first { $0.name == name }?.value }

  private static func decode(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
