import ProxyConfiguration

/// A command as completions and manual pages know it.
struct CommandDescription {
  var name: String
  var aliases: [String] = []
  /// Whether it is told of.
  var isVisible = true
  var abstract: String
  /// Paragraphs, examples and exit statuses, as `--help` shows them.
  var discussion = ""
  /// What is behind the name in a synopsis, where it isn't made from the arguments.
  var synopsis: String?
  var options: [OptionDescription] = []
  /// In order; the last may stand for many.
  var positionals: [PositionalDescription] = []
  var subcommands: [CommandDescription] = []

  func subcommand(_ word: String) -> CommandDescription? {
    subcommands.first { $0.name == word || $0.aliases.contains(word) }
  }
}

/// What a value can be.
enum ValueKind: Hashable {
  case any
  case choices([String])
  case file, directory
  /// Names that a running process knows.
  case namespace, service, node
  /// NAMESPACE/NAME of the same.
  case qualifiedService
}

struct OptionDescription {
  /// With their dashes; short ones first.
  var names: [String]
  /// Nil for a switch.
  var valueName: String?
  var kind = ValueKind.any
  /// How it is written, with its value: "-o, --output text|json".
  var spelling: String
  /// In sentences.
  var help: String
  /// Of the group that it belongs to; empty for the command's own.
  var heading = ""
}

struct PositionalDescription {
  var name: String
  var help: String
  var kind = ValueKind.any
  var isOptional = false
  /// Whether it is for what is behind "--".
  var isBehindTerminator = false
}

extension OptionDescription {
  /// Nil for what only the config file has.
  init?(_ setting: Setting) {
    guard let flag = setting.flag else { return nil }
    names = (setting.shorthand.map { ["-\($0)"] } ?? []) + ([flag] + setting.aliases).map { "--\($0)" }
    spelling = setting.spelling
    help = setting.sentence
    heading = setting.group.rawValue
    switch setting.type {
    case .bool, .version: valueName = nil
    default: valueName = setting.valueName ?? setting.type.rawValue
    }
    kind = ValueKind(setting)
  }
}

extension ValueKind {
  fileprivate init(_ setting: Setting) {
    switch (setting.type, setting.flag) {
    case (.localMode, _):
      self = .choices(ProxyConfiguration.Traffic.DetectLocalMode.allCases.map(\.rawValue))
    case (.proxyMode, _): self = .choices(["ipvs"])
    case (_, "logging-format"): self = .choices(ProxyConfiguration.Logging.Format.allCases.map(\.rawValue))
    // Those of Linux 6.1; a kernel may have more (net/netfilter/ipvs/Kconfig).
    case (_, "ipvs-scheduler"):
      self = .choices([
        "rr", "wrr", "lc", "wlc", "fo", "ovf", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq", "twos",
      ])
    default: self = ValueKind(valueName: setting.valueName)
    }
  }

  /// By what help calls the value.
  init(valueName: String?) {
    switch valueName {
    case "file", "path": self = .file
    case "dir": self = .directory
    case "ns": self = .namespace
    default: self = .any
    }
  }
}
