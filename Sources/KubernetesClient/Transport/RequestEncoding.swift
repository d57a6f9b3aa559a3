import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An `APIRequest` as an HTTP request.
struct RequestEncoding: Sendable {
  let access: ClusterAccess
  let userAgent: String

  func encode(_ request: APIRequest, _ credentials: Credentials) -> HTTPClientRequest {
    var encoded = HTTPClientRequest(url: url(request))
    encoded.method = HTTPMethod(rawValue: request.method.rawValue)
    // The name in the address is the one to be found in the certificate; the header names the server itself.
    encoded.headers.add(name: "host", value: access.server.authority)
    encoded.headers.add(name: "user-agent", value: userAgent)
    encoded.headers.add(name: "accept", value: request.accept)
    if let authorization = credentials.authorization {
      encoded.headers.add(name: "authorization", value: authorization)
    }
    if let contentType = request.contentType {
      encoded.headers.add(name: "content-type", value: contentType)
    }
    if request.method != .get { encoded.body = .bytes(ByteBuffer(bytes: request.body)) }
    return encoded
  }

  private func url(_ request: APIRequest) -> String {
    var address = access.server
    address.host = access.tlsServerName ?? address.host
    let query = request.query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    return "\(address)\(escaped(request.path, keepsSlashes: true))" + (query.isEmpty ? "" : "?\(query)")
  }

  /// Percent-encodes all but the unreserved characters (RFC 3986 §2.3).
  private func escaped(_ text: String, keepsSlashes: Bool = false) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      case UInt8(ascii: "/") where keepsSlashes: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
