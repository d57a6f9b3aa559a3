/// What Kubernetes wraps around a protobuf message (k8s.io/apimachinery/pkg/runtime/generated.proto): the magic bytes
/// `k8s\0`, then runtime.Unknown with the object's type and the message as raw bytes.
enum Envelope {
  static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0x00]

  static func wrap(_ message: [UInt8], apiVersion: String, kind: String) -> [UInt8] {
    head(apiVersion: apiVersion, kind: kind, messageLength: message.count) + message + tail
  }

  /// Everything before the raw message, so that a long list can be sent in parts.
  static func head(apiVersion: String, kind: String, messageLength: Int) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.message(field: 1) { type in
      ProtobufMessage.typeMeta.write(
        ["apiVersion": .string(apiVersion), "kind": .string(kind)], to: &type)
    }
    return magic + writer.bytes + ProtobufWriter.header(field: 2, length: messageLength)
  }

  /// contentEncoding and contentType, both empty.
  static let tail: [UInt8] = {
    var writer = ProtobufWriter()
    writer.write("", field: 3)
    writer.write("", field: 4)
    return writer.bytes
  }()

  /// A metav1.WatchEvent with its length in front: 4 bytes, big-endian.
  static func frame(type: String, object: [UInt8]) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.write(type, field: 1)
    writer.message(field: 2) { $0.write(object, field: 1) }
    let length = UInt32(writer.bytes.count)
    return withUnsafeBytes(of: length.bigEndian) { Array($0) } + writer.bytes
  }
}
