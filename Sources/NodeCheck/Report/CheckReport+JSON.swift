import FoundationEssentials

extension CheckReport {
  /// The format's version; fields are added without changing it, and never taken away.
  static let version = "ipvs-proxy.io/v1alpha1"

  /// One object (RFC 8259) with a line end: fields sorted by name, findings in their order.
  public var json: String {
    let document = Document(
      kind: "NodeCheck", apiVersion: Self.version, programVersion: programVersion, node: nodeName,
      kernel: kernel,
      summary: Summary(pass: count(.pass), warn: count(.warn), fail: count(.fail)),
      findings: findings.map(Entry.init))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings and numbers only: nothing in it can fail to be written.
    let bytes = (try? encoder.encode(document)) ?? Data()
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private struct Document: Encodable {
    let kind: String
    let apiVersion: String
    let programVersion: String
    let node: String
    let kernel: String
    let summary: Summary
    let findings: [Entry]
  }

  private struct Summary: Encodable {
    let pass: Int
    let warn: Int
    let fail: Int
  }

  private struct Entry: Encodable {
    let check: String
    let status: Finding.Status
    let sentence: String
    let remedy: String?
    let commands: [String]?

    init(_ finding: Finding) {
      check = finding.check
      status = finding.status
      sentence = finding.sentence.printable
      remedy = finding.remedy?.sentence.printable
      commands = finding.remedy?.commands.map(\.printable)
    }
  }
}
