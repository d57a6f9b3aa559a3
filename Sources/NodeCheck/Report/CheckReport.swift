/// The findings of one node, to be shown.
public struct CheckReport: Sendable {
  public var findings: [Finding]
  /// "0.4.0"
  public var programVersion: String
  public var nodeName: String
  /// As uname(2) has it.
  public var kernel: String

  public init(findings: [Finding], programVersion: String, nodeName: String, kernel: String) {
    self.findings = findings
    self.programVersion = programVersion
    self.nodeName = nodeName
    self.kernel = kernel
  }

  public var hasFailed: Bool { findings.contains { $0.status == .fail } }

  func count(_ status: Finding.Status) -> Int { findings.count { $0.status == status } }
}

extension String {
  /// The same without control characters, which names from the node may hold and a terminal would obey.
  var printable: String {
    String(
      String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
