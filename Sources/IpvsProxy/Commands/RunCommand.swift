import ArgumentParser
import Logging
import ProxyConfiguration

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Keep the kernel equal to what is wanted (the default).", helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let options = try Options(arguments, of: .run)
      let process = options.configuration.process
      if !process.writeConfigTo.isEmpty {
        try write(options.configuration, to: process.writeConfigTo, options.logger)
      } else if process.cleanup {
        try await Cleanup(logger: options.logger).run()
      } else {
        OutOfMemoryScore.adjust(to: process.oomScoreAdjust, logger: options.logger)
        if process.initOnly {
          try await Initialization(configuration: options.configuration, logger: options.logger).run()
        } else {
          try await serve(options)
        }
      }
    }
  }

  private func write(_ configuration: ProxyConfiguration, to path: String, _ logger: Logger) throws {
    do throws(ConfigFile.Failure) {
      try ConfigFile.write(configuration.fileText, to: path)
    } catch {
      throw FatalError(.failure, "--write-config-to \(path) can't be written: \(error)")
    }
    logger.info("wrote the configuration to \(path)")
  }

  private func serve(_ options: Options) async throws {
    Memory.beSmall()
    switch options.configuration.source {
    case .manifests: try await ManifestRun(options: options).run()
    case .cluster: try await ClusterRun(options: options).run()
    }
  }
}
