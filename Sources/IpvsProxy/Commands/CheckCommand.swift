import ArgumentParser
import LinuxNode
import NodeCheck
import ProxyConfiguration
import Terminal

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
        let display = Display.ofStandardOutput()
        // Piped, its paragraphs are as wide as on a small terminal.
        print(report.text(width: display.width ?? 80, isColored: display.hasColor), terminator: "")
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
    wanted.udpTimeouts = UDPTimeouts(
      ipvs: Self.seconds(ipvs.udpTimeout), conntrack: Self.seconds(conntrack.udpTimeout),
      conntrackStream: Self.seconds(conntrack.udpStreamTimeout))
    return wanted
  }

  private static func seconds(_ timeout: Duration) -> Int { Int(clamping: timeout.wholeSeconds ?? 0) }
}
