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

  private static func protobufMessage<Message: SwiftProtobuf.Message>(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FieldFlaw) -> Message {
    var message = Message()
    try mergeProtobuf(bytes, into: &message)
    return message
  }

  /// A message that comes twice in another is one message, by protobuf's rules.
  static func mergeProtobuf<Message: SwiftProtobuf.Message>(
    _ bytes: UnsafeRawBufferPointer, into message: inout Message
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
