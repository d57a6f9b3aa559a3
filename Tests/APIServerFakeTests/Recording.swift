import Foundation
import Testing

@testable import APIServerFake

/// A recorded body with its header.
struct Recording {
  let body: [UInt8]
  let status: Int
  /// Names in lower case.
  let header: [String: String]

  init(_ name: String) throws {
    body = try Recording.bytes(name)
    let lines = (try? Recording.bytes(name + ".hdr")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var status = 0
    var header: [String: String] = [:]
    for line in lines.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("HTTP") {
        status = Int(line.split(separator: " ")[1]) ?? 0
      } else if let colon = line.firstRange(of: ": ") {
        header[line[..<colon.lowerBound].lowercased()] = String(line[colon.upperBound...])
      }
    }
    self.status = status
    self.header = header
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.resourcePath)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/Fixtures/\(name)")))
  }

  static func value(_ name: String) throws -> Value { try Value(json: try bytes(name)) }

  /// The events of a recorded watch in JSON.
  static func events(_ name: String) throws -> [Value] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map { try Value(json: $0) }
  }

  static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}
