/// What a check says about the node.
public struct Finding: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable, Codable {
    case pass
    /// Services work, but not all of them in every case, or it couldn't be found out.
    case warn
    /// Services don't work, or won't.
    case fail
  }

  /// The check's name, which doesn't change: "ip-forward".
  public var check: String
  public var status: Status
  /// What was found.
  public var sentence: String
  /// What to do; nil for what passes.
  public var remedy: Remedy?

  /// Words, commands for a shell of root on the node, or both.
  public struct Remedy: Hashable, Sendable {
    public var sentence: String
    public var commands: [String]

    public init(_ sentence: String, _ commands: String...) {
      self.sentence = sentence
      self.commands = commands
    }

    public init(_ sentence: String, commands: [String]) {
      self.sentence = sentence
      self.commands = commands
    }
  }

  private init(_ check: String, _ status: Status, _ sentence: String, _ remedy: Remedy? = nil) {
    self.check = check
    self.status = status
    self.sentence = sentence
    self.remedy = remedy
  }

  static func pass(_ check: String, _ sentence: String) -> Finding { Finding(check, .pass, sentence) }

  static func warn(_ check: String, _ sentence: String, _ remedy: Remedy) -> Finding {
    Finding(check, .warn, sentence, remedy)
  }

  static func fail(_ check: String, _ sentence: String, _ remedy: Remedy) -> Finding {
    Finding(check, .fail, sentence, remedy)
  }

  /// A failure where it is grave, otherwise a warning.
  static func problem(
    _ check: String, isGrave: Bool, _ sentence: String, _ remedy: Remedy
  ) -> Finding {
    Finding(check, isGrave ? .fail : .warn, sentence, remedy)
  }

  static func unreadable(_ check: String, _ what: String, _ reason: String) -> Finding {
    warn(check, "\(what) could not be read: \(reason).", Remedy("Run the check as root on the node."))
  }
}
