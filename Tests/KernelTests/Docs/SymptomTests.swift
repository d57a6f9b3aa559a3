import Foundation
import Testing

extension KernelTests {
  /// docs/troubleshooting.md's symptoms, provoked by the pages of Tests/Symptoms.
  @Suite struct Symptoms {
    private static let folder = "Tests/Symptoms"
    static let pages =
      ((try? FileManager.default.contentsOfDirectory(
        atPath: RunnableDocument.repository.appending(path: folder).path)) ?? [])
      .filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted()

    @Test(arguments: pages) func eachIsNamedByTheCommandThatShould(_ page: String) throws {
      let path = "\(Self.folder)/\(page)"
      let shell = try DocumentShell()
      defer { shell.close() }
      var failed: String?
      for block in try RunnableDocument(RunnableDocument.text(path)).blocks where block.section != failed {
        guard let difference = try shell.difference(block) else { continue }
        Issue.record("\(path):\(block.line): \(block.section): \(difference)")
        // All sections rest on what comes before the first.
        if block.section.isEmpty { return }
        failed = block.section
      }
    }

    @Test func eachIsProvokedOrLeftOutWithAReason() throws {
      let document = try Troubleshooting()
      var provoked: Set<String> = []
      for page in Self.pages {
        for block in try RunnableDocument(RunnableDocument.text("\(Self.folder)/\(page)")).blocks
        where block.output != nil {
          provoked.insert(block.section)
        }
      }
      provoked.remove("")
      #expect(document.symptoms.count > 40)
      #expect(document.rowsWithoutAnchor == [])
      #expect(
        Set(document.symptoms).subtracting(provoked).subtracting(document.leftOut.keys) == [], "no test")
      #expect(provoked.union(document.leftOut.keys).subtracting(document.symptoms) == [], "no symptom")
      #expect(provoked.intersection(document.leftOut.keys) == [], "left out, and yet provoked")
    }

    @Test func theTestsNamedForThoseLeftOutExist() throws {
      for (symptom, test) in try Troubleshooting().leftOut {
        let parts = test.split(separator: "/")
        let source = try RunnableDocument.text("Tests/\(parts.dropLast().joined(separator: "/")).swift")
        #expect(source.contains("func \(parts.last ?? "")("), "\(symptom): \(test)")
      }
    }
  }
}

/// The tables of docs/troubleshooting.md.
private struct Troubleshooting {
  /// Anchors of symptoms, in order.
  private(set) var symptoms: [String] = []
  /// Rows of symptoms that can't be linked to.
  private(set) var rowsWithoutAnchor: [String] = []
  /// Symptoms that no page provokes, with the test that has them: "Target/File/function".
  private(set) var leftOut: [String: String] = [:]

  init() throws {
    var header = ""
    for line in try RunnableDocument.text("docs/troubleshooting.md").components(separatedBy: "\n") {
      guard line.hasPrefix("|") else {
        header = ""
        continue
      }
      if header.isEmpty {
        header = line
      } else if line.hasPrefix("|---") {
        continue
      } else if header.hasPrefix("| You see |") {
        if let match = line.firstMatch(of: /^\| <a id="([a-z0-9-]+)"><\/a>/) {
          symptoms.append(String(match.output.1))
        } else {
          rowsWithoutAnchor.append(line)
        }
      } else if header.hasPrefix("| Left out |"),
        let match = line.firstMatch(of: /\(#([a-z0-9-]+)\).*`([^`]*)` \|$/)
      {
        leftOut[String(match.output.1)] = String(match.output.2)
      }
    }
  }
}
