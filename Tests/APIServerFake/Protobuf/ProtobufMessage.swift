/// One message of Kubernetes' published generated.proto files: which member of the JSON form has which field number.
struct ProtobufMessage: Sendable {
  /// In ascending order of their numbers, the order in which they are written.
  let fields: [ProtobufField]

  init(_ fields: ProtobufField...) { self.fields = fields }
}

struct ProtobufField: Sendable {
  indirect enum Kind: Sendable {
    case string, integer, bool
    case message(ProtobufMessage)
    /// map<string, string>
    case texts
    /// map<string, resource.Quantity>
    case quantities
    /// metav1.Time: a text in JSON, seconds and nanoseconds here.
    case time
    /// util/intstr.IntOrString: a number or a text in JSON.
    case integerOrString
    /// metav1.FieldsV1: any JSON, kept as text here.
    case rawJSON
  }

  enum Presence: Sendable {
    /// A pointer in Go: written if the JSON form has it.
    case ifSet
    /// No pointer in Go: written always, zero or empty if the JSON form leaves it out.
    case always
    case repeated
  }

  let number: Int
  let name: String
  let kind: Kind
  let presence: Presence

  static func always(_ number: Int, _ name: String, _ kind: Kind) -> ProtobufField {
    ProtobufField(number: number, name: name, kind: kind, presence: .always)
  }

  static func ifSet(_ number: Int, _ name: String, _ kind: Kind) -> ProtobufField {
    ProtobufField(number: number, name: name, kind: kind, presence: .ifSet)
  }

  static func repeated(_ number: Int, _ name: String, _ kind: Kind) -> ProtobufField {
    ProtobufField(number: number, name: name, kind: kind, presence: .repeated)
  }
}

extension ProtobufMessage {
  /// The protobuf form of an object in JSON form. Members that the message does not have are left out.
  func encode(_ object: Value) -> [UInt8] {
    var writer = ProtobufWriter()
    write(object, to: &writer)
    return writer.bytes
  }

  func write(_ object: Value, to writer: inout ProtobufWriter) {
    for field in fields {
      let value = object[field.name]
      switch field.presence {
      case .always: field.write(value, to: &writer)
      case .ifSet: if !value.isNull { field.write(value, to: &writer) }
      case .repeated: for element in value.elements { field.write(element, to: &writer) }
      }
    }
  }
}

extension ProtobufField {
  fileprivate func write(_ value: Value, to writer: inout ProtobufWriter) {
    switch kind {
    case .string: writer.write(value.string ?? "", field: number)
    case .integer: writer.write(value.integer ?? 0, field: number)
    case .bool: writer.write(value.bool ?? false, field: number)
    case .message(let message): writer.message(field: number) { message.write(value, to: &$0) }
    case .time: writer.message(field: number) { writeTime(value, to: &$0) }
    case .integerOrString: writer.message(field: number) { writeIntegerOrString(value, to: &$0) }
    case .rawJSON: writer.message(field: number) { $0.write(value.json, field: 1) }
    case .texts:
      for (key, text) in value.texts.sorted(by: { $0.key < $1.key }) {
        writer.message(field: number) { entry in
          entry.write(key, field: 1)
          entry.write(text, field: 2)
        }
      }
    case .quantities:
      for (key, text) in value.texts.sorted(by: { $0.key < $1.key }) {
        writer.message(field: number) { entry in
          entry.write(key, field: 1)
          entry.message(field: 2) { $0.write(text, field: 1) }
        }
      }
    }
  }

  /// The zero time is an empty message.
  private func writeTime(_ value: Value, to writer: inout ProtobufWriter) {
    guard let text = value.string, let seconds = Timestamp.seconds(text) else { return }
    writer.write(seconds, field: 1)
    writer.write(0, field: 2)
  }

  private func writeIntegerOrString(_ value: Value, to writer: inout ProtobufWriter) {
    writer.write(value.string == nil ? 0 : 1, field: 1)
    writer.write(value.integer ?? 0, field: 2)
    writer.write(value.string ?? "", field: 3)
  }
}
