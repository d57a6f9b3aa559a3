import Foundation
import Kubernetes
import KubernetesWire
import Testing

func fixture(_ name: String) throws -> [UInt8] {
  let base = try #require(Bundle.module.resourcePath)
  return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(base)/Fixtures/recorded/\(name)")))
}

extension ResourceKind {
  /// As the recorded files begin.
  var plural: String {
    switch self {
    case .service: "services"
    case .endpointSlice: "endpointslices"
    case .node: "nodes"
    }
  }
}

/// All that a list's body gives.
struct DecodedList: Equatable {
  var items: [ListItem] = []
  var metadata: ListMetadata?
  var error: WireError?

  /// Feeds the body in chunks of the given lengths, again and again.
  init(_ body: [UInt8], _ kind: ResourceKind, _ format: WireFormat, chunks: [Int] = [.max]) {
    var decoder = ListDecoder(kind, format: format)
    do throws(WireError) {
      for chunk in cut(body, chunks) {
        decoder.append(chunk)
        while let item = try decoder.next() { items.append(item) }
      }
      metadata = try decoder.finish()
    } catch {
      self.error = error
    }
  }

  var objects: [DecodedObject] {
    items.compactMap { if case .object(let object) = $0 { object } else { nil } }
  }

  var undecodable: [UndecodableObject] {
    items.compactMap { if case .undecodable(let object) = $0 { object } else { nil } }
  }
}

/// All that a watch's body gives.
struct DecodedWatch: Equatable {
  var events: [WatchEvent] = []
  var error: WireError?

  init(_ body: [UInt8], _ kind: ResourceKind, _ format: WireFormat, chunks: [Int] = [.max]) {
    var decoder = WatchDecoder(kind, format: format)
    do throws(WireError) {
      for chunk in cut(body, chunks) {
        decoder.append(chunk)
        while let event = try decoder.next() { events.append(event) }
      }
      try decoder.finish()
    } catch {
      self.error = error
    }
  }

  /// "ADDED feat/web", "BOOKMARK 135".
  var summary: [String] {
    events.map { event in
      switch event {
      case .added(let object): "ADDED \(object.name)"
      case .modified(let object): "MODIFIED \(object.name)"
      case .deleted(let version): "DELETED \(version.name)"
      case .bookmark(let version, let ends): "BOOKMARK \(version)\(ends ? " end" : "")"
      case .error(let status): "ERROR \(status.code)"
      case .undecodable(let object): "UNDECODABLE \(object)"
      }
    }
  }
}

private func cut(_ body: [UInt8], _ chunks: [Int]) -> [ArraySlice<UInt8>] {
  var rest = body[...]
  var result: [ArraySlice<UInt8>] = []
  var index = 0
  while !rest.isEmpty {
    result.append(rest.prefix(chunks[index % chunks.count]))
    rest = rest.dropFirst(chunks[index % chunks.count])
    index += 1
  }
  return result
}

/// Protobuf written by hand, for what was not recorded.
enum Protobuf {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func bytes(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(UInt64(number << 3 | 2)) + varint(UInt64(content.count)) + content
  }

  static func text(_ number: Int, _ text: String) -> [UInt8] { bytes(number, Array(text.utf8)) }

  static func number(_ number: Int, _ value: Int) -> [UInt8] {
    varint(UInt64(number << 3)) + varint(UInt64(bitPattern: Int64(value)))
  }

  static func envelope(_ kind: String, _ content: [UInt8], apiVersion: String = "v1") -> [UInt8] {
    Array("k8s\0".utf8) + bytes(1, text(1, apiVersion) + text(2, kind)) + bytes(2, content) + text(3, "")
      + text(4, "")
  }

  static func list(_ kind: String, version: String = "7", items: [[UInt8]]) -> [UInt8] {
    envelope("\(kind)List", bytes(1, text(2, version)) + items.flatMap { bytes(2, $0) })
  }

  static func event(_ type: String, _ object: [UInt8]) -> [UInt8] {
    let event = text(1, type) + bytes(2, bytes(1, object))
    return withUnsafeBytes(of: UInt32(event.count).bigEndian) { Array($0) } + event
  }

  /// The start of every object: its metadata.
  static func metadata(_ name: String, namespace: String = "default", version: String = "5") -> [UInt8] {
    bytes(1, text(1, name) + text(3, namespace) + text(5, "u-\(name)") + text(6, version))
  }
}
