import Foundation
import Testing

extension KernelTests {
  /// What the pages tell their readers to type, typed.
  @Suite struct Docs {
    @Test(arguments: RunnableDocument.paths)
    func whatAPageTellsItsReaderToTypeDoesWhatThePageSays(_ path: String) throws {
      let document = try RunnableDocument(RunnableDocument.text(path))
      let shell = try DocumentShell()
      defer { shell.close() }
      for block in document.blocks {
        let place = "\(path):\(block.line)"
        guard let difference = try difference(block, in: shell) else { continue }
        // What comes after rests on it.
        Issue.record("\(place): \(difference)")
        return
      }
    }

    @Test func theGuideForBeginnersIsAmongThePages() throws {
      #expect(RunnableDocument.paths.contains("docs/getting-started.md"))
    }

    /// Nil when the block does what it should.
    private func difference(_ block: RunnableDocument.Block, in shell: DocumentShell) throws -> String? {
      // An emulated machine takes half a minute for an agent's first round.
      let deadline = Date().addingTimeInterval(90)
      while true {
        let answer = try shell.run(block.script)
        let found = Self.difference(block, answer)
        if found == nil || !block.isRetried || Date() > deadline { return found }
        usleep(200_000)
      }
    }

    private static func difference(_ block: RunnableDocument.Block, _ answer: DocumentShell.Answer) -> String?
    {
      let output = answer.output.joined(separator: "\n")
      // The last command's failure is told like the others.
      let failures = answer.failures.filter { block.status == 0 || !$0.hasPrefix("\(block.status): ") }
      if !failures.isEmpty || answer.status != block.status {
        return "status \(answer.status), not \(block.status)\n\(failures.joined(separator: "\n"))\n\(output)"
      }
      if let expected = block.output, !ExpectedOutput.matches(expected, answer.output) {
        return "promised:\n\(expected.joined(separator: "\n"))\nfound:\n\(output)"
      }
      return nil
    }
  }
}
