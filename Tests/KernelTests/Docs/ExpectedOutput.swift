/// Output as a page promises it, compared with what a command prints.
///
/// "…" stands for anything within a line, a line of its own for any number of lines. How many spaces are in a row
/// doesn't count, nor do empty lines at the end: the columns of a table are as wide as their widest cell, which may
/// be one that varies.
enum ExpectedOutput {
  static func matches(_ expected: [String], _ found: [String]) -> Bool {
    matches(withoutEnd(expected)[...], withoutEnd(found)[...])
  }

  private static func matches(_ expected: ArraySlice<[Substring]>, _ found: ArraySlice<[Substring]>) -> Bool {
    guard let line = expected.first else { return found.isEmpty }
    if line == ["…"] {
      return found.indices.contains { matches(expected.dropFirst(), found[$0...]) }
        || matches(expected.dropFirst(), [])
    }
    guard let first = found.first, matches(line.joined(separator: " "), first.joined(separator: " ")) else {
      return false
    }
    return matches(expected.dropFirst(), found.dropFirst())
  }

  private static func matches(_ expected: String, _ found: String) -> Bool {
    let parts = expected.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return expected == found }
    guard found.hasPrefix(first), found.hasSuffix(last), found.count >= first.count + last.count else {
      return false
    }
    var rest = found.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  private static func withoutEnd(_ lines: [String]) -> [[Substring]] {
    var words = lines.map { $0.split(separator: " ") }
    while words.last?.isEmpty == true { words.removeLast() }
    return words
  }
}
