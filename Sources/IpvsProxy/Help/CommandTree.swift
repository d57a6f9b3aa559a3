import ArgumentParser
import FoundationEssentials
import ProxyConfiguration

extension CommandDescription {
  /// The program with all its commands: what ArgumentParser knows of them and, where flags are parsed here, the table.
  /// - Throws: DecodingError when ArgumentParser's own description has changed.
  static func program() throws -> CommandDescription {
    let dump = try JSONDecoder().decode(Dump.self, from: Data(IpvsProxy._dumpHelp().utf8))
    var program = CommandDescription(dump.command)
    // ArgumentParser's own, for which --help does as well.
    program.subcommands.removeAll { $0.name == "help" }
    program.add(.run)
    for help in CommandHelp.all {
      guard let index = program.subcommands.firstIndex(where: { $0.name == help.name }) else { continue }
      program.subcommands[index].positionals = []
      program.subcommands[index].add(help)
    }
    if let run = program.subcommands.firstIndex(where: { $0.name == "run" }) {
      program.subcommands[run].positionals = []
      program.subcommands[run].add(.run)
    }
    return program
  }

  private mutating func add(_ help: CommandHelp) {
    synopsis = help.synopsis
    options =
      help.options
      + help.groups.flatMap { group in
        Settings.all.filter { $0.group == group }.compactMap { OptionDescription($0) }
      }
    positionals = help.positionals
  }

  private init(_ command: Dump.Command) {
    self.init(
      name: command.commandName, aliases: command.aliases ?? [], isVisible: command.shouldDisplay,
      abstract: command.abstract ?? "", discussion: command.discussion ?? "")
    let arguments = command.arguments ?? []
    options = arguments.filter { $0.kind != .positional }.map { OptionDescription($0) }
    positionals = arguments.filter { $0.kind == .positional }.map { PositionalDescription($0) }
    subcommands = (command.subcommands ?? []).map { CommandDescription($0) }
  }
}

extension OptionDescription {
  fileprivate init(_ argument: Dump.Argument) {
    names = (argument.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
      .sorted { ($0.hasPrefix("--") ? 1 : 0, $0) < ($1.hasPrefix("--") ? 1 : 0, $1) }
    valueName = argument.kind == .option ? argument.valueName : nil
    kind = ValueKind(argument)
    spelling = names.joined(separator: ", ") + (valueName.map { " \($0)" } ?? "")
    let initial = argument.defaultValue.map { " (default: \($0))" } ?? ""
    help = [argument.abstract, argument.discussion].compactMap { $0 }.joined(separator: " ") + initial
  }
}

extension PositionalDescription {
  fileprivate init(_ argument: Dump.Argument) {
    self.init(
      name: argument.valueName ?? "", help: argument.abstract ?? "", kind: ValueKind(argument),
      isOptional: argument.isOptional, isBehindTerminator: argument.parsingStrategy == "postTerminator")
  }
}

extension ValueKind {
  fileprivate init(_ argument: Dump.Argument) {
    switch argument.valueName {
    case "name": self = .service
    case "what": self = .qualifiedService
    case let name: self = argument.allValues.map { .choices($0) } ?? ValueKind(valueName: name)
    }
  }
}

/// What `--experimental-dump-help` prints: ArgumentParserToolInfo's ToolInfoV0, as far as it is needed.
private struct Dump: Decodable {
  let command: Command

  struct Command: Decodable {
    let commandName: String
    let shouldDisplay: Bool
    let aliases: [String]?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [Command]?
  }

  struct Argument: Decodable {
    enum Kind: String, Decodable {
      case positional, option, flag
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: Kind
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let isOptional: Bool
    let parsingStrategy: String
    let abstract: String?
    let discussion: String?
  }
}
