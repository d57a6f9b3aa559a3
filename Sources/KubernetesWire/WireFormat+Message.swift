import FoundationEssentials
import SwiftProtobuf

/// A message of the schema that JSON can be read into as well, so that both formats are validated by the same code.
typealias WireMessage = SwiftProtobuf.Message & Decodable

extension WireFormat {
  /// Reads one message, without envelope.
  func message<Message: WireMessage>(
    _: Message.Type, _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    switch self {
    case .protobuf: try Self.protobufMessage(bytes)
    case .json: try Self.jsonMessage(bytes)
    }
  }

  private static func protobufMessage<Message: WireMessage>(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    var options = BinaryDecodingOptions()
    // Managed fields are most of an object, and nothing of ours.
    options.discardUnknownFields = true
    do {
      return try Message(serializedBytes: bytes.bytes, options: options)
    } catch {
      throw FieldFlaw("", "is no valid protobuf (\(error))")
    }
  }

  private static func jsonMessage<Message: WireMessage>(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    // Not copied, and not kept: messages hold strings of their own.
    let data =
      bytes.baseAddress.map {
        Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: bytes.count, deallocator: .none)
      } ?? Data()
    do {
      return try JSONDecoder().decode(Message.self, from: data)
    } catch let error as DecodingError {
      throw FieldFlaw(error)
    } catch {
      throw FieldFlaw("", "is no valid JSON (\(error))")
    }
  }
}

extension FieldFlaw {
  fileprivate init(_ error: DecodingError) {
    switch error {
    case .typeMismatch(let type, let context):
      self.init(Self.path(context.codingPath), "must be \(Self.name(type))")
    case .valueNotFound(let type, let context):
      self.init(Self.path(context.codingPath), "must be \(Self.name(type)), not null")
    case .keyNotFound(let key, let context):
      self.init(Self.path(context.codingPath + [key]), "is required")
    case .dataCorrupted(let context):
      let path = Self.path(context.codingPath)
      self.init(path, path.isEmpty ? "is no valid JSON" : context.debugDescription)
    @unknown default:
      self.init("", "is no valid JSON (\(error))")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    var path = ""
    for key in keys {
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    return path
  }

  private static func name(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is Int32.Type, is Int64.Type: "a whole number"
    case is [String: String].Type, is any SwiftProtobuf.Message.Type: "an object"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}
