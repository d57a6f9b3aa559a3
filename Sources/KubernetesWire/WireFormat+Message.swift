import SwiftProtobuf

/// A message of the schema that JSON can be read into as well, so that both formats are validated by the same code.
typealias WireMessage = SwiftProtobuf.Message & JSONObject

extension WireFormat {
  /// Reads one message, without envelope.
  func message<Message: WireMessage>(
    _: Message.Type, _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    switch self {
    case .protobuf: try Self.protobufMessage(bytes)
    case .json: try JSONReader.read(bytes)
    }
  }

  /// Reads one object, without envelope.
  func object<Message: WireMessage & WithMetadata>(
    _: Message.Type, _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    guard self == .protobuf, let object = ProtobufObject(bytes) else {
      return try message(Message.self, bytes)
    }
    var message: Message = try Self.protobufMessage(object.rest)
    message.metadata = try WireObjectMeta(protobuf: object.metadata)
    return message
  }

  static func protobufMessage<Message: SwiftProtobuf.Message>(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    var message = Message()
    try merge(bytes, into: &message)
    return message
  }

  /// A field of a message that comes twice is merged: what the later one lacks stays.
  static func merge(
    _ bytes: UnsafeRawBufferPointer, into message: inout some SwiftProtobuf.Message
  ) throws(FieldFlaw) {
    var options = BinaryDecodingOptions()
    // Managed fields are most of an object, and nothing of ours.
    options.discardUnknownFields = true
    do {
      try message.merge(serializedBytes: bytes.bytes, options: options)
    } catch {
      throw FieldFlaw("", "is no valid protobuf (\(error))")
    }
  }
}
