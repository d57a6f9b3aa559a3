import ArgumentParser
import Logging

/// How the program speaks. Everything goes to stderr.
struct LogOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "text for people, json for machines (one object a line).")
  var logFormat = Format.text

  @Option(name: [.customLong("v"), .customShort("v")], help: "Verbosity: 2 and more adds debug, 4 trace.")
  var verbosity = 0

  func makeLogger() -> Logger {
    let level: Logger.Level = verbosity >= 4 ? .trace : verbosity >= 2 ? .debug : .info
    let format = logFormat
    return Logger(label: "ipvs-proxy") { _ in
      switch format {
      case .text: TextLogHandler(logLevel: level)
      case .json: JSONLogHandler(logLevel: level)
      }
    }
  }
}
