import FoundationEssentials
import KubernetesWire

/// A body doesn't hold what it should: then there is a mistake here.
struct WrongContent: Error {
  let body: String
  /// That were read before.
  let objects: Int
}

/// This program's own decoders, fed as a connection feeds them.
enum OwnReader {
  /// What one read of a connection brings at most.
  private static let chunk = 64 * 1024

  static func list(_ body: [UInt8], _ kind: ResourceKind, _ format: WireFormat) throws -> [DecodedObject] {
    var decoder = ListDecoder(kind, format: format)
    var objects: [DecodedObject] = []
    for start in stride(from: 0, to: body.count, by: chunk) {
      decoder.append(body[start..<min(start + chunk, body.count)])
      while let item = try decoder.next() {
        guard case .object(let object) = item else {
          throw WrongContent(body: "the list of \(kind.path)", objects: objects.count)
        }
        objects.append(object)
      }
    }
    _ = try decoder.finish()
    return objects
  }

  /// - Returns: how many objects the events bring.
  static func events(_ body: [UInt8], _ kind: ResourceKind, _ format: WireFormat) throws -> Int {
    var decoder = WatchDecoder(kind, format: format)
    var count = 0
    for start in stride(from: 0, to: body.count, by: chunk) {
      decoder.append(body[start..<min(start + chunk, body.count)])
      while let event = try decoder.next() {
        switch event {
        case .added: count += 1
        case .bookmark: break
        default: throw WrongContent(body: "the watch of \(kind.path)", objects: count)
        }
      }
    }
    return count
  }
}

/// Foundation's decoder, for the fields that this program reads of these objects; nothing is validated.
enum FoundationReader {
  static func list(_ body: [UInt8], _ kind: ResourceKind) throws -> Int {
    let decoder = JSONDecoder()
    return kind == .service
      ? try decoder.decode(List<Service>.self, from: Data(body)).items.count
      : try decoder.decode(List<Slice>.self, from: Data(body)).items.count
  }

  private struct List<Item: Decodable>: Decodable { let items: [Item] }

  private struct Metadata: Decodable {
    let name: String
    let namespace: String?
    let uid: String?
    let resourceVersion: String?
    let creationTimestamp: String?
    let labels: [String: String]?
    let annotations: [String: String]?
  }

  private struct Service: Decodable {
    struct Spec: Decodable {
      let type: String?
      let clusterIP: String?
      let clusterIPs: [String]?
      let ipFamilies: [String]?
      let ipFamilyPolicy: String?
      let selector: [String: String]?
      let sessionAffinity: String?
      let externalTrafficPolicy: String?
      let internalTrafficPolicy: String?
      let ports: [Port]?
    }

    struct Port: Decodable {
      let name: String?
      let `protocol`: String?
      let port: Int32
      let targetPort: Int32?
      let nodePort: Int32?
    }

    let metadata: Metadata
    let spec: Spec
  }

  private struct Slice: Decodable {
    struct Endpoint: Decodable {
      let addresses: [String]
      let conditions: Conditions?
      let nodeName: String?
      let zone: String?
      let targetRef: Reference?
    }

    struct Conditions: Decodable {
      let ready: Bool?
      let serving: Bool?
      let terminating: Bool?
    }

    struct Reference: Decodable {
      let kind: String?
      let namespace: String?
      let name: String?
    }

    struct Port: Decodable {
      let name: String?
      let `protocol`: String?
      let port: Int32?
    }

    let metadata: Metadata
    let addressType: String
    let endpoints: [Endpoint]
    let ports: [Port]?
  }
}
