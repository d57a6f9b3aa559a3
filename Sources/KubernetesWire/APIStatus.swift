/// A Status object (meta/v1): why the API server refused a request or ended a watch.
public struct APIStatus: Error, Sendable, Hashable {
  /// The HTTP status code that it stands for; 0 when it names none.
  public let code: Int
  /// One word for machines: "Expired", "NotFound", "TooManyRequests". Empty when there is none.
  public let reason: String
  public let message: String
  /// How long to wait before another try, where the server says so. In seconds, positive.
  public let retryAfterSeconds: Int?
  /// The `reason` of each of its causes.
  public let causes: [String]

  public init(
    code: Int, reason: String, message: String, retryAfterSeconds: Int? = nil, causes: [String] = []
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.retryAfterSeconds = retryAfterSeconds
    self.causes = causes
  }

  /// Reads the whole body of an answer. Throws when it isn't a Status: a proxy in between may have written it.
  public init(body: [UInt8], format: WireFormat) throws(WireError) {
    self = try body.withUnsafeBytes { bytes in
      Result { () throws(WireError) -> APIStatus in try APIStatus(bytes, format, at: 0) }
    }.get()
  }

  /// Whether the version or the continue token is too old: only a new list helps.
  public var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

  /// Whether the version that was asked for is newer than the server's: a replica that lags behind, or etcd restored
  /// from a backup.
  public var isResourceVersionTooLarge: Bool { causes.contains("ResourceVersionTooLarge") }
}

extension APIStatus {
  /// `offset` is where the bytes begin in the body.
  init(_ bytes: UnsafeRawBufferPointer, _ format: WireFormat, at offset: Int) throws(WireError) {
    var content = bytes
    switch format {
    case .protobuf:
      let envelope = try ProtobufEnvelope(bytes, at: offset)
      try Self.checkKind(envelope.kind, at: offset)
      content = envelope.content
    case .json:
      try Self.checkKind(JSONMembers(bytes).string("kind"), at: offset)
    }
    do {
      self.init(try format.message(WireStatus.self, content))
    } catch {
      throw WireError(.malformed, at: offset, "a Status that can't be read: \(error.message)")
    }
  }

  private static func checkKind(_ kind: String?, at offset: Int) throws(WireError) {
    guard kind == "Status" else {
      throw WireError(.unexpectedContent, at: offset, "\(kind ?? "an object without kind"), not a Status")
    }
  }

  private init(_ status: WireStatus) {
    let wait = Int(status.details.retryAfterSeconds)
    self.init(
      code: Int(status.code), reason: status.reason, message: status.message,
      retryAfterSeconds: wait > 0 ? wait : nil, causes: status.details.causes.map(\.reason))
  }
}

extension APIStatus: CustomStringConvertible {
  /// "410 Expired: too old resource version: 135 (170)".
  public var description: String { "\(code) \(reason): \(message)" }
}
