import Hummingbird
import NIOCore

/// Writes a body, as well or as badly as the faults want it.
struct BodyWriter {
  private var writer: any ResponseBodyWriter
  /// Bytes until the connection is cut.
  private var remaining: Int?
  private var pace: (bytes: Int, pause: Duration)?
  private let connection: any Channel

  init(_ writer: any ResponseBodyWriter, effects: [Fault.Effect], connection: any Channel) {
    self.writer = writer
    self.connection = connection
    for effect in effects {
      switch effect {
      case .cut(let bytes): remaining = bytes
      case .slow(let bytes, let pause): pace = (max(bytes, 1), pause)
      default: break
      }
    }
  }

  /// - Throws: ConnectionCut when a fault ends the connection here; what came before has been sent.
  mutating func write(_ bytes: [UInt8]) async throws {
    guard let remaining else { return try await send(bytes[...]) }
    self.remaining = remaining - bytes.count
    try await send(bytes.prefix(remaining))
    if bytes.count >= remaining { throw ConnectionCut() }
  }

  private mutating func send(_ bytes: ArraySlice<UInt8>) async throws {
    guard let pace else {
      if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
      return
    }
    var rest = bytes
    while !rest.isEmpty {
      guard connection.isActive else { throw ConnectionCut() }
      try await writer.write(ByteBuffer(bytes: rest.prefix(pace.bytes)))
      rest = rest.dropFirst(pace.bytes)
      try await Task.sleep(for: pace.pause)
    }
  }

  func finish() async throws {
    let writer = self.writer
    try await writer.finish(nil)
  }
}

/// Thrown out of a body, it makes the server close the connection in the middle of the answer.
struct ConnectionCut: Error {}
