import HTTPTypes
import Hummingbird
import NIOCore

/// The header that kube-apiserver gives every answer, and the two ways it sends bodies.
enum Answer {
  /// Go's net/http knows the length of bodies up to this size, and sends others in chunks.
  private static let bufferedBytes = 2048

  static func whole(
    _ status: Int, mediaType: String, retryAfterSeconds: Int? = nil, _ body: [UInt8],
    effects: [Fault.Effect] = [], connection: any Channel
  ) -> Response {
    var headers = header(mediaType)
    if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
    let length = body.count <= bufferedBytes ? body.count : nil
    return Response(
      status: .init(code: status), headers: headers,
      body: ResponseBody(contentLength: length) { writer in
        var writer = BodyWriter(writer, effects: effects, connection: connection)
        try await writer.write(body)
        try await writer.finish()
      })
  }

  static func status(_ status: StatusBody, _ format: Format, connection: any Channel) -> Response {
    whole(
      status.code, mediaType: format.mediaType, retryAfterSeconds: status.retryAfterSeconds,
      format.encode(status), connection: connection)
  }

  static func stream(
    mediaType: String, effects: [Fault.Effect], connection: any Channel,
    _ write: @escaping @Sendable (inout BodyWriter) async throws -> Void
  ) -> Response {
    Response(
      status: .ok, headers: header(mediaType),
      body: ResponseBody { writer in
        var writer = BodyWriter(writer, effects: effects, connection: connection)
        try await write(&writer)
        try await writer.finish()
      })
  }

  private static func header(_ mediaType: String) -> HTTPFields {
    var fields = HTTPFields()
    let audit = UInt64.random(in: 0...UInt64.max)
    let digits = String(audit | 1 << 63, radix: 16)
    append(&fields, "Audit-Id", "\(digits.prefix(8))-0000-4000-8000-0000\(digits.suffix(8))")
    append(&fields, "Cache-Control", "no-cache, private")
    append(&fields, "Content-Type", mediaType)
    append(&fields, "X-Kubernetes-Pf-Flowschema-Uid", "3780ab44-6a7e-44b0-8d41-e0a0d4ae8077")
    append(&fields, "X-Kubernetes-Pf-Prioritylevel-Uid", "1a100059-32c4-453c-94ff-9b9a45ac56c0")
    return fields
  }

  private static func append(_ fields: inout HTTPFields, _ name: String, _ value: String) {
    guard let name = HTTPField.Name(name) else { return }
    fields.append(HTTPField(name: name, value: value))
  }
}
