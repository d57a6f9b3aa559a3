import Foundation
import Testing

func fixture(_ name: String) throws -> String {
  let base = try #require(Bundle.module.resourcePath)
  return try String(contentsOfFile: "\(base)/Fixtures/\(name)", encoding: .utf8)
}

/// What follows the headers of a recorded answer.
func body(of name: String) throws -> String {
  let text = try fixture(name)
  let end = try #require(text.range(of: "\r\n\r\n"))
  return String(text[end.upperBound...])
}
