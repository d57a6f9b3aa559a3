import ArgumentParser
import Logging
import ProxyConfiguration

/// What flags and config file ask for, and the logger that they describe.
struct Options: Sendable {
  let configuration: ProxyConfiguration
  let logger: Logger
  /// What was read of the config file; nil without one.
  let configFile: ConfigFile?

  /// Tells what there is to tell of the configuration.
  /// - Throws: FatalError with everything that is wrong; CleanExit where help or the version is asked for.
  init(_ arguments: [String], of command: CommandHelp) throws {
    var file: ConfigFile?
    let notices: [ConfigurationNotice]
    do throws(ConfigurationError) {
      (configuration, notices) = try ProxyConfiguration.load(arguments: arguments) { path in
        let read = try ConfigFile(path)
        file = read
        return read.bytes
      }
    } catch {
      throw FatalError(
        .usage,
        error.problems.map(\.description).joined(separator: "\nipvs-proxy: ")
          + "\nSee 'ipvs-proxy --help'.")
    }
    configFile = file
    logger = configuration.logging.makeLogger()
    if configuration.process.showsHelp { throw CleanExit.message(command.text) }
    if let version = configuration.process.version { throw CleanExit.message(Version.text(version)) }
    for notice in notices {
      logger.log(level: notice.severity == .warning ? .warning : .info, "\(notice)")
    }
  }
}

extension ProxyConfiguration.Logging {
  /// Everything goes to stderr.
  func makeLogger() -> Logger {
    let level: Logger.Level = verbosity >= 4 ? .trace : verbosity >= 2 ? .debug : .info
    return Logger(label: "ipvs-proxy") { [format] _ in
      switch format {
      case .text: TextLogHandler(logLevel: level)
      case .json: JSONLogHandler(logLevel: level)
      }
    }
  }
}

extension Version {
  static func text(_ request: ProxyConfiguration.Process.VersionRequest) -> String {
    switch request {
    case .plain: current
    case .raw: "ipvs-proxy \(current) \(platform)"
    }
  }

  static var platform: String {
    #if arch(x86_64)
      "linux/amd64"
    #elseif arch(arm64)
      "linux/arm64"
    #else
      "linux"
    #endif
  }
}
