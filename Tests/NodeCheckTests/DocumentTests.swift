import Foundation
import Testing

@testable import NodeCheck

/// docs/troubleshooting.md names checks; both lists have to agree.
@Suite struct DocumentTests {
  private func document() throws -> String {
    let path = String(#filePath).replacing(
      "Tests/NodeCheckTests/DocumentTests.swift", with: "docs/troubleshooting.md")
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func everyCheckNamesASymptomThere() throws {
    let text = try document()
    for name in Set(goodNode().findings.map(\.check)) { #expect(text.contains("`\(name)`"), "\(name)") }
  }

  @Test func everyCheckNamedThereExists() throws {
    let names = Set(goodNode().findings.map(\.check))
    var count = 0
    for cell in try document().split(separator: "|") {
      guard let start = cell.range(of: "`check`: ") else { continue }
      // "`a`, `b`; something else"
      let list = cell[start.upperBound...].prefix { $0 != ";" && $0 != ":" }
      for name in list.split(separator: "`").filter({ $0.first?.isLetter ?? false }) {
        #expect(names.contains(String(name)), "\(name)")
        count += 1
      }
    }
    #expect(count > 30)
  }
}
