import CCounting
import FoundationEssentials
import Glibc
import KubernetesWire

/// What it takes to read the lists and events of an API server: bodies from files, so that nothing else is in this
/// process.
@main
struct ListBenchmark {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: ListBenchmark DIRECTORY   reads the bodies there once in every way, and prints JSON")
      exit(64)
    }
    let directory = URL(filePath: CommandLine.arguments[1], directoryHint: .isDirectory)
    let measurements = try [ResourceKind.service, .endpointSlice].flatMap { try measure($0, directory) }
    print(String(decoding: try JSONEncoder().encode(measurements), as: UTF8.self))
  }

  private static func measure(_ kind: ResourceKind, _ directory: URL) throws -> [Measurement] {
    let resource = kind == .service ? "services" : "endpointslices"
    func read(_ name: String) throws -> [UInt8] {
      try [UInt8](Data(contentsOf: directory.appending(path: "\(resource).\(name)")))
    }
    var measurements: [Measurement] = []
    for (format, name) in [(WireFormat.protobuf, "protobuf"), (.json, "json")] {
      let reader = format == .json ? "ipvs-proxy JSON" : "ipvs-proxy protobuf"
      let list = try read("list.\(name)")
      var ofList = try time(reader, resource, "list", list) { try OwnReader.list(list, kind, format).count }
      (ofList.peakBytes, ofList.keptBytes) = try memory { try OwnReader.list(list, kind, format) }
      let events = try read("watch.\(name)")
      let ofEvents = try time(reader, resource, "watch", events) {
        try OwnReader.events(events, kind, format)
      }
      measurements += [ofList, ofEvents]
    }
    let list = try read("list.json")
    measurements.append(
      try time("JSONDecoder", resource, "list", list) { try FoundationReader.list(list, kind) })
    return measurements
  }

  private static func time(
    _ reader: String, _ resource: String, _ body: String, _ bytes: [UInt8], _ read: () throws -> Int
  ) rethrows -> Measurement {
    let start = processorTime()
    let objects = try read()
    let time = processorTime() - start
    return Measurement(
      reader: reader, resource: resource, body: body, objects: objects, bytes: bytes.count,
      microsecondsPerObject: time / .microseconds(1) / Double(max(objects, 1)))
  }

  /// - Returns: the most that is on the heap while `read` runs, and what its result holds there.
  private static func memory<Result>(_ read: () throws -> Result) rethrows -> (peak: Int64, kept: Int64) {
    counting_start()
    let result = try read()
    let totals = counting_stop()
    return withExtendedLifetime(result) { (totals.peak, totals.held) }
  }
}
