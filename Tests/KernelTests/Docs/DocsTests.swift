import Foundation
import Testing

extension KernelTests {
  /// What the pages tell their readers to type, typed.
  @Suite struct Docs {
    @Test(arguments: RunnableDocument.paths)
    func whatAPageTellsItsReaderToTypeDoesWhatThePageSays(_ path: String) throws {
      let shell = try DocumentShell()
      defer { shell.close() }
      for block in try RunnableDocument(RunnableDocument.text(path)).blocks {
        guard let difference = try shell.difference(block) else { continue }
        // What comes after rests on it.
        Issue.record("\(path):\(block.line): \(difference)")
        return
      }
    }

    @Test func theGuideForBeginnersIsAmongThePages() {
      #expect(RunnableDocument.paths.contains("docs/getting-started.md"))
    }
  }
}

extension DocumentShell {
  /// Types a block; nil when it does what it should, else what it does instead.
  func difference(_ block: RunnableDocument.Block) throws -> String? {
    // An emulated machine takes half a minute for an agent's first round, and a busy one more.
    let deadline = Date().addingTimeInterval(180)
    while true {
      let answer = try run(block.script)
      let found = answer.difference(from: block)
      if found == nil || !block.isRetried || Date() > deadline { return found }
      usleep(200_000)
    }
  }
}

extension DocumentShell.Answer {
  fileprivate func difference(from block: RunnableDocument.Block) -> String? {
    let text = output.joined(separator: "\n")
    // The last command's failure is told like the others.
    let unexpected = failures.filter { block.status == 0 || !$0.hasPrefix("\(block.status): ") }
    if !unexpected.isEmpty || status != block.status {
      return "status \(status), not \(block.status)\n\(unexpected.joined(separator: "\n"))\n\(text)"
    }
    if let expected = block.output, !ExpectedOutput.matches(expected, output) {
      return "promised:\n\(expected.joined(separator: "\n"))\nfound:\n\(text)"
    }
    return nil
  }
}
