import Addressing
import FoundationEssentials
import Glibc
import Reconciler

/// `allocations.json` in the state directory: who was given which address and node port.
struct AllocationStore {
  let path: String
  /// The bytes in the file, so that nothing is written when nothing changed.
  private var stored: [UInt8]?

  init(path: String) { self.path = path }

  /// The records on disk; none where there is no file. Entries that contradict each other are left to the older name.
  /// - Throws: a diagnostic when the file can't be read or understood; the allocations are then made anew.
  mutating func load() throws(Diagnostic) -> [ServiceKey: AllocationRecord] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(path).bytes
    } catch {
      if error.isMissing { return [:] }
      throw Diagnostic(.error, file: path, message: "\(error): addresses are allocated anew")
    }
    guard let file = try? JSONDecoder().decode(AllocationFile.self, from: Data(bytes)),
      let records = file.records
    else {
      throw Diagnostic(
        .error, file: path, message: "is not a record of allocations: it is rebuilt, from the Services' names"
      )
    }
    stored = bytes
    return records
  }

  mutating func save(_ records: [ServiceKey: AllocationRecord]) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(AllocationFile(records)) else {
      throw FileError("encode", path, errno: EINVAL)
    }
    let bytes = Array(data)
    guard bytes != stored else { return }
    guard stored != nil || !records.isEmpty else { return }
    try FileSystem.makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
    try FileSystem.writeAtomically(bytes, to: path)
    stored = bytes
  }
}

/// The file's layout.
private struct AllocationFile: Codable {
  struct Entry: Codable {
    var clusterIPs: [String]?
    var nodePorts: [Port]?
    var healthCheckNodePort: UInt16?
  }

  struct Port: Codable {
    var name: String?
    var `protocol`: String
    var port: UInt16
    var nodePort: UInt16
  }

  var version = 1
  /// By "namespace/name".
  var services: [String: Entry]

  init(_ records: [ServiceKey: AllocationRecord]) {
    services = [:]
    for (key, record) in records {
      services[key.description] = Entry(
        clusterIPs: record.clusterIPs.isEmpty ? nil : record.clusterIPs.map(\.description),
        nodePorts: record.nodePorts.isEmpty
          ? nil
          : record.nodePorts.map {
            Port(name: $0.name, protocol: $0.protocol.rawValue, port: $0.port, nodePort: $0.nodePort)
          },
        healthCheckNodePort: record.healthCheckNodePort)
    }
  }

  /// Nil when an entry makes no sense: then none can be trusted.
  var records: [ServiceKey: AllocationRecord]? {
    guard version == 1 else { return nil }
    var result: [ServiceKey: AllocationRecord] = [:]
    for (name, entry) in services {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      var record = AllocationRecord()
      record.healthCheckNodePort = entry.healthCheckNodePort
      for text in entry.clusterIPs ?? [] {
        guard let address = IPAddress(text) else { return nil }
        record.clusterIPs.append(address)
      }
      for port in entry.nodePorts ?? [] {
        guard let transport = PortProtocol(rawValue: port.protocol) else { return nil }
        record.nodePorts.append(
          AllocatedNodePort(
            name: port.name, protocol: transport, port: port.port, nodePort: port.nodePort))
      }
      result[ServiceKey(namespace: String(parts[0]), name: String(parts[1]))] = record
    }
    return result
  }
}
