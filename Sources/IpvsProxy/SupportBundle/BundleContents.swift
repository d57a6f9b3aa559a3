import Addressing
import AsyncHTTPClient
import LinuxNode
import NIOCore
import NodeCheck
import ProxyConfiguration
import Reconciler

/// The files of a support bundle. What can't be had is a sentence in its place: a bundle is made when things go wrong.
struct BundleContents {
  struct File: Equatable {
    let name: String
    let text: String

    /// Takes out secrets.
    init(_ name: String, _ text: String) {
      self.name = name
      self.text = Redaction.redacted(text)
    }
  }

  let configuration: ProxyConfiguration
  /// The flags as they were given.
  let flags: [String]
  let runner: any CommandRunner
  /// The program itself, to be run for its plan; a link of the kernel's that tells it is in the way of no PATH.
  let program: String

  func gather() async -> [File] {
    var files = [about, File("config.yaml", configuration.fileText)]
    files.append(File("check.json", await NodeCheckup(configuration: configuration).report().json))
    files.append(await output("plan.txt", tolerating: program, ["plan"] + flags))
    files += await kernelState
    for program in [
      "iptables-nft-save", "ip6tables-nft-save", "iptables-legacy-save", "ip6tables-legacy-save",
    ] {
      files.append(await rules(program))
    }
    files.append(await page("metrics.txt", configuration.health.metricsBindAddress, "/metrics"))
    files.append(await page("healthz.txt", configuration.health.healthzBindAddress, "/healthz"))
    files.append(
      await output(
        "log.txt", "journalctl", ["--no-pager", "-o", "short-iso", "-n", "5000", "-u", "ipvs-proxy"]))
    return files
  }

  private var about: File {
    File(
      "about.txt",
      """
      ipvs-proxy \(Version.current) \(Version.platform)
      kernel \(LinuxKernel.release)
      node \(configuration.nodeName)
      flags \(flags.joined(separator: " "))

      """)
  }

  private var kernelState: [File] {
    get async {
      do throws(KernelError) {
        let state = try await NetlinkKernel().observe(IPFamily.allCases)
        return [
          File("kernel/ipvsadm.txt", KernelTexts.virtualServers(state)),
          File("kernel/kube-ipvs0.txt", KernelTexts.addresses(state)),
          File("kernel/ipset.txt", KernelTexts.sets(state)),
        ]
      } catch {
        return [File("kernel/ipvsadm.txt", "could not be read: \(error)\n")]
      }
    }
  }

  private func rules(_ program: String) async -> File {
    let name = "kernel/\(program).txt"
    do throws(CommandError) {
      return File(name, KernelTexts.rules(saved: try await runner.run(Command(program))))
    } catch {
      return File(name, "could not be read: \(error)\n")
    }
  }

  private func output(_ name: String, _ program: String, _ arguments: [String]) async -> File {
    do throws(CommandError) {
      return File(name, try await runner.run(Command(program, arguments)))
    } catch {
      return File(name, "could not be had: \(error)\n")
    }
  }

  /// What a program prints to both of its outputs, and the status that it ends with, whichever that is.
  private func output(_ name: String, tolerating program: String, _ arguments: [String]) async -> File {
    await output(name, "sh", ["-c", #""$0" "$@" 2>&1; echo "exit status $?""#, program] + arguments)
  }

  private func page(_ name: String, _ address: ListenAddress?, _ path: String) async -> File {
    guard let address else { return File(name, "switched off by the configuration\n") }
    let target = "http://\(address.reachable)\(path)"
    do {
      return File(name, try await LocalPage.get(target))
    } catch {
      return File(name, "\(target) doesn't answer: \(error)\n")
    }
  }
}

/// Pages of this node's own ipvs-proxy.
private enum LocalPage {
  static func get(_ url: String) async throws -> String {
    var configuration = HTTPClient.Configuration()
    // Nobody listens: nobody will a moment later.
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let result: Result<String, any Error>
    do {
      let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
      result = .success(String(buffer: try await response.body.collect(upTo: 64 << 20)))
    } catch {
      result = .failure(error)
    }
    try await client.shutdown()
    return try result.get()
  }
}

extension ListenAddress {
  /// The same where it can be connected to: what listens on every address does so on the loopback's.
  fileprivate var reachable: ListenAddress {
    guard address.isUnspecified else { return self }
    let loopback = address.family == .ipv4 ? IPAddress(ipv4: 0x7F00_0001) : IPAddress(ipv6High: 0, low: 1)
    return ListenAddress(loopback, port: port)
  }
}
