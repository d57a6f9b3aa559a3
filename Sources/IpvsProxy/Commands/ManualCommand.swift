import ArgumentParser

/// Writes the manual pages, for the package.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Write the manual pages into a folder.", shouldDisplay: false)

  @Argument(help: "A folder that is there.")
  var folder: String

  func run() throws {
    for page in ManualPage.all(try CommandDescription.program()) {
      let path = "\(folder)/\(page.name).8"
      do throws(ConfigFile.Failure) {
        try ConfigFile.write(page.text, to: path)
      } catch {
        writeError("ipvs-proxy: \(path) can't be written: \(error)")
        throw ExitStatus.failure.code
      }
    }
  }
}
