import ArgumentParser
import Glibc
import LinuxNode
import NodeCheck
import ProxyConfiguration

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look whether this node has all that Services need, and say what to do where it hasn't.",
    discussion: """
      Each line is pass, warn (Services work, but not in every case, or it could not be found out) or fail (they don't \
      work, or won't), with what was found and the remedy. Nothing is changed, no module is loaded, and neither a \
      cluster nor a running ipvs-proxy is needed. With the flags or the config file of ipvs-proxy more is checked: the \
      pods' network and the Service range, the scheduler, strict ARP.

      Examples:
        ipvs-proxy check
        ipvs-proxy check --config /var/lib/kube-proxy/config.conf
        ipvs-proxy check -o json | jq '.findings[] | select(.status != "pass")'

      -o, --output text|json    How to print; text by default, in colour on a terminal unless NO_COLOR is set.

      Exit statuses: 0 nothing fails, warnings allowed; 1 something fails; 64 wrong flags or config file.
      """, helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy check --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let request = try Request(arguments)
      let options = try Options(request.flags, of: .check)
      let report = await NodeCheckup(configuration: options.configuration).report()
      switch request.format {
      case .json: print(report.json, terminator: "")
      case .text:
        let terminal = OutputTerminal.standardOutput
        print(report.text(width: terminal.width, isColored: terminal.hasColor), terminator: "")
      }
      if report.hasFailed { throw ExitStatus.failure.code }
    }
  }

  /// What the command itself understands; the rest is ipvs-proxy's flags.
  struct Request: Equatable {
    enum Format: String, CaseIterable {
      case text, json
    }

    var format = Format.text
    var flags: [String] = []

    /// - Throws: FatalError when the format is none.
    init(_ arguments: [String]) throws {
      var rest = arguments[...]
      while let argument = rest.popFirst() {
        let value: String?
        if argument == "-o" || argument == "--output" {
          value = rest.popFirst() ?? ""
        } else {
          value = ["--output=", "-o=", "-o"].first { argument.hasPrefix($0) }
            .map { String(argument.dropFirst($0.count)) }
        }
        guard let value else {
          flags.append(argument)
          continue
        }
        guard let format = Format(rawValue: value) else {
          throw FatalError(
            .usage, "--output must be text or json, not '\(value)'\nSee 'ipvs-proxy check --help'.")
        }
        self.format = format
      }
    }
  }
}

/// The check of this node as a configuration wants it.
struct NodeCheckup {
  let configuration: ProxyConfiguration

  func report() async -> CheckReport {
    let facts = await NodeFactsReader(wanted: configuration.wantedOfNode).read()
    return CheckReport(
      findings: facts.findings, programVersion: Version.current, nodeName: configuration.nodeName,
      kernel: LinuxKernel.release)
  }
}

extension ProxyConfiguration {
  /// What the checks have to know of the configuration.
  fileprivate var wantedOfNode: Wanted {
    var wanted = Wanted()
    wanted.families = EnabledFamilies.detect()
    wanted.scheduler = ipvs.schedulerName
    wanted.strictARP = ipvs.strictARP
    wanted.serviceNetworks = serviceRanges
    wanted.podNetworks = traffic.clusterCIDRs
    wanted.excludedNetworks = ipvs.excludedNetworks
    wanted.nodePorts = manifests.serviceNodePortRange
    return wanted
  }
}

/// What stdout can show.
struct OutputTerminal: Equatable {
  /// Columns; 80 where it is no terminal.
  let width: Int
  let hasColor: Bool

  /// - Parameters:
  ///   - windowWidth: of the terminal, 0 if it doesn't say; nil for what is no terminal.
  ///   - environment: gives a variable's value. NO_COLOR, not empty, switches colours off (no-color.org).
  init(windowWidth: Int?, environment: (String) -> String?) {
    let columns = environment("COLUMNS").flatMap { Int($0) } ?? 0
    width = [windowWidth ?? 0, columns, 80].first { $0 > 0 } ?? 80
    hasColor = windowWidth != nil && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
  }

  static var standardOutput: OutputTerminal {
    var window = winsize()
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let isKnown = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0
    return OutputTerminal(windowWidth: isTerminal ? (isKnown ? Int(window.ws_col) : 0) : nil) { name in
      getenv(name).map { String(cString: $0) }
    }
  }
}
