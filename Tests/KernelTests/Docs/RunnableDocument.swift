import Foundation

/// The blocks of a Markdown file that a reader is told to type, in their order, with the output that is promised.
///
/// The convention (CONTRIBUTING.md has it for writers): the info string of a fence says what the block is for, which
/// renderers ignore.
///
///     ```sh runnable                  lines for the reader's shell; each has to succeed
///     ```sh runnable status=2         the last one ends with this status
///     ```sh runnable retry            a question, asked again until the answer is as promised
///     ```text output                  what the block before prints; "…" stands for what varies
///     <!-- runnable                   lines that are run and not shown, to "-->": what the page takes for granted
struct RunnableDocument: Equatable {
  struct Block: Equatable {
    /// Of its first line in the file, from 1.
    let line: Int
    /// The heading of the second level above it.
    var section = ""
    var script: [String] = []
    var status: Int32 = 0
    var isRetried = false
    var output: [String]?
  }

  struct Malformed: Error, Equatable {
    let line: Int
    let reason: String
  }

  private(set) var blocks: [Block] = []

  /// - Throws: `Malformed` for a mark that isn't one of those above, and a fence that isn't closed.
  init(_ text: String) throws {
    let lines = text.components(separatedBy: "\n")
    var index = 0
    var section = ""
    while index < lines.count {
      let opening = index
      index += 1
      if lines[opening].hasPrefix("## ") {
        section = String(lines[opening].dropFirst(3))
      } else if lines[opening] == "<!-- runnable" {
        var block = Block(line: index + 1, section: section)
        block.script = try Self.body(of: lines, from: &index) { $0 == "-->" }
        blocks.append(block)
      } else if let fence = Fence(lines[opening]) {
        let start = index
        let body = try Self.body(of: lines, from: &index) { $0.drop { $0 == " " } == fence.marks[...] }
        try add(fence, body.map { String($0.dropFirst(fence.indentation)) }, line: start + 1, section)
      }
    }
  }

  private mutating func add(_ fence: Fence, _ body: [String], line: Int, _ section: String) throws {
    switch (fence.language, fence.words.first) {
    case ("sh", "runnable"?):
      var block = Block(line: line, section: section)
      block.script = body
      for word in fence.words.dropFirst() {
        if word == "retry" {
          block.isRetried = true
        } else if word.hasPrefix("status="), let status = Int32(word.dropFirst(7)) {
          block.status = status
        } else {
          throw Malformed(line: line - 1, reason: "'\(word)' means nothing behind 'runnable'")
        }
      }
      blocks.append(block)
    case ("text", "output"?):
      guard !blocks.isEmpty, blocks[blocks.count - 1].output == nil else {
        throw Malformed(line: line - 1, reason: "output of no runnable block")
      }
      blocks[blocks.count - 1].output = body
    case (_, nil): break
    default:
      throw Malformed(line: line - 1, reason: "'\(fence.words.joined(separator: " "))' is no mark of a fence")
    }
  }

  private static func body(
    of lines: [String], from index: inout Int, until isEnd: (String) -> Bool
  ) throws -> [String] {
    let start = index
    while index < lines.count, !isEnd(lines[index]) { index += 1 }
    guard index < lines.count else { throw Malformed(line: start, reason: "never closed") }
    defer { index += 1 }
    return Array(lines[start..<index])
  }

  /// The line that opens a fenced block.
  private struct Fence {
    let indentation: Int
    let marks: String
    let language: String?
    let words: [String]

    init?(_ line: String) {
      let trimmed = line.drop { $0 == " " }
      marks = String(trimmed.prefix { $0 == "`" })
      guard marks.count >= 3 else { return nil }
      indentation = line.count - trimmed.count
      let info = trimmed.dropFirst(marks.count).split(separator: " ").map(String.init)
      language = info.first
      words = Array(info.dropFirst())
    }
  }
}

extension RunnableDocument {
  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The files with something to run, by their paths in the repository.
  static let paths: [String] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: repository.path + "/docs")) ?? []
    let all =
      ["README.md", "CONTRIBUTING.md", "deploy/README.md", "examples/README.md"]
      + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    return all.filter { (try? text($0))?.contains(/(?m)^ *(```sh runnable|<!-- runnable$)/) ?? false }
  }()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
  }
}
