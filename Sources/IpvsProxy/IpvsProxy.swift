import ArgumentParser

@main
struct IpvsProxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ipvs-proxy")
}
