import ArgumentParser
import ProxyConfiguration

/// Writes docs/flags.md.
struct FlagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flags", abstract: "Print docs/flags.md, generated from the table of flags.",
    shouldDisplay: false)

  func run() { print(FlagsDocument.markdown, terminator: "") }
}
