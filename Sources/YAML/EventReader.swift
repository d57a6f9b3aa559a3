import CLibYAML

/// Reads events with libyaml. The text must outlive it.
final class EventReader {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) throws(SyntaxError) {
    self.text = text
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else { throw error }
    // UTF-16 would be legal YAML; no Kubernetes file has it.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  func next() throws(SyntaxError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw error }
    defer { yaml_event_delete(&event) }
    let mark = Mark(event.start_mark)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_SCALAR_EVENT:
      return .scalar(Scalar(event.data.scalar, mark), anchor: name(event.data.scalar.anchor))
    case YAML_ALIAS_EVENT: return .alias(name(event.data.alias.anchor) ?? "", mark)
    case YAML_SEQUENCE_START_EVENT:
      return .sequenceStart(mark, anchor: name(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT: return .mappingStart(mark, anchor: name(event.data.mapping_start.anchor))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    case YAML_NO_EVENT, YAML_STREAM_END_EVENT: return .streamEnd
    default: return .other
    }
  }

  private var error: SyntaxError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "it has an unknown error"
    switch state.error {
    case YAML_MEMORY_ERROR:
      return SyntaxError(nil, "can't be read: out of memory")
    case YAML_READER_ERROR:
      return SyntaxError(mark(atOffset: state.problem_offset), "is not YAML: \(problem)")
    default:
      let context = state.context.map {
        "\(String(cString: $0)) that began in line \(Mark(state.context_mark).line): "
      }
      return SyntaxError(Mark(state.problem_mark), "is not YAML: \(context ?? "")\(problem)")
    }
  }

  /// The reader works ahead of the marks and counts in bytes.
  private func mark(atOffset offset: Int) -> Mark {
    let before = text.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Mark(
      line: line, column: String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1)
  }
}

private func name(_ text: UnsafePointer<UInt8>?) -> String? { text.map { String(cString: $0) } }

extension Mark {
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}

extension Scalar {
  fileprivate init(_ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar, _ mark: Mark) {
    text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    tag = scalar.quoted_implicit == 1 ? Self.stringTag : name(scalar.tag)
    self.mark = mark
  }
}
