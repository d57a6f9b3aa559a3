import Addressing
import FoundationEssentials
import Inspection
import KernelFakes
import Kubernetes
import ProxyConfiguration
import Reconciler
import Testing

@testable import IpvsProxy

/// The recorded scenarios of kube-proxy, explained: for every virtual server, real server, address and set member of the
/// recording the Service and rule that asked for it, and for every endpoint left out why.
@Suite struct ConformanceExplanationTests {
  private static let folder = String(#filePath)
    .replacing("IpvsProxyTests/ConformanceExplanationTests.swift", with: "KernelTests/Conformance")

  static let scenarios: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0 != "README.md" }.sorted()
  }()

  @Test func thereAreScenarios() { #expect(Self.scenarios.count >= 16) }

  @Test(arguments: scenarios) func everyObjectAndEveryEndpointIsAccountedFor(scenario: String) async throws {
    let root = "\(Self.folder)/\(scenario)"
    let steps = try FileManager.default.contentsOfDirectory(atPath: root).filter { Int($0) != nil }.sorted()
    let node = try ExplainedNode(root)
    for step in steps.isEmpty ? [""] : steps {
      let folder = step.isEmpty ? root : "\(root)/\(step)"
      try await node.take("\(folder)/scenario.yaml")
      let services = await node.inspector.services(ServiceQuery())
      let missing = try Self.recorded(folder).subtracting(Self.explained(services)).sorted()
      #expect(missing == [], "step \(step): recorded, and not explained")
      let added = try Self.explained(services).subtracting(Self.recorded(folder)).sorted()
      #expect(added == [], "step \(step): explained, and not recorded")
      await Self.expectEndpoints(of: services, in: node.source.snapshot)
    }
  }

  /// Every address that a slice lists for a served Service is in or out, for a reason.
  private static func expectEndpoints(of services: [Inspection.ServiceStatus], in snapshot: ManifestSnapshot)
  {
    for service in services {
      let servers = service.virtualServers.flatMap(\.realServers)
      #expect(servers.allSatisfy { !$0.reason.isEmpty })
      let accounted = Set(servers.map(\.address) + service.unusedEndpoints.map(\.address))
      for slice in snapshot.endpointSlices
      where slice.service?.name == service.name && slice.service?.namespace == service.namespace {
        let missing = Set(slice.endpoints.flatMap(\.addresses)).subtracting(accounted)
        #expect(missing.isEmpty, "\(service.key)")
      }
    }
  }

  // MARK: - Facts

  /// "10.96.0.1:80/tcp", "10.96.0.1:80/tcp 10.244.0.5:8080", "address 10.96.0.1", "KUBE-CLUSTER-IP 10.96.0.1,tcp:80".
  private static func explained(_ services: [Inspection.ServiceStatus]) -> Set<String> {
    var facts = Set(services.flatMap(\.setMembers).map(\.entry))
    for service in services {
      for server in service.virtualServers where server.heldBy == service.key {
        #expect(!server.rule.isEmpty)
        facts.insert(server.name)
        if server.bindsAddress { facts.insert("address \(server.address)") }
        facts.formUnion(server.setMembers.map(\.entry))
        for real in server.realServers where real.state == .serving {
          facts.insert("\(server.name) \(real.name)")
        }
      }
    }
    return facts.filter { !$0.contains("NO-LOCAL-ENDPOINTS") }
  }

  private static func recorded(_ folder: String) throws -> Set<String> {
    func lines(_ file: String) throws -> [Substring] {
      let data = try Data(contentsOf: URL(filePath: "\(folder)/expected/\(file)"))
      return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
    let servers = try lines("ipvs.txt").compactMap { line -> String? in
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 2, !line.hasSuffix(" -w 0") else { return nil }
      let transport = ["-t": "tcp", "-u": "udp", "--sctp-service": "sctp"][words[1]] ?? words[1]
      return words[0] == "-A" ? "\(words[2])/\(transport)" : "\(words[2])/\(transport) \(words[4])"
    }
    let addresses = try lines("addresses.txt").map { "address \($0.prefix { $0 != "/" })" }
    let members = try lines("ipsets.txt").filter { $0.hasPrefix("add ") }.map { String($0.dropFirst(4)) }
    return Set(servers + addresses + members)
  }
}

/// A scenario's node with a kernel in memory.
private struct ExplainedNode {
  let source: ManifestSource
  let inspector: Inspector
  private let configuration: ProxyConfiguration
  private let directory: TemporaryDirectory
  private let loop: ReconcileLoop
  private let addresses: Set<IPAddress>

  init(_ folder: String) throws {
    directory = try TemporaryDirectory()
    configuration = try ProxyConfiguration.load(
      arguments: [
        "--config", "\(folder)/config.yaml", "--manifests", directory.path, "--state-dir",
        directory.path + "/state",
        "--service-cluster-ip-range", "10.96.0.0/12,fd00:10:96::/112",
      ], readFile: { try ConfigFile($0).bytes }
    ).configuration
    source = ManifestSource(configuration.manifestConfiguration(persist: false))
    loop = ReconcileLoop(
      kernel: FakeKernel(),
      core: ReconcilerCore(configuration.coreConfiguration(families: IPFamily.allCases)),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    let text = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/node.txt")), as: UTF8.self)
    addresses = Set(
      text.split(separator: "\n").flatMap { $0.split(separator: " ").dropFirst(2) }
        .compactMap { IPAddress(String($0.prefix { $0 != "/" })) })
    inspector = Inspector(
      loop, rules: try configuration.trafficRules(nil),
      process: {
        ProcessFacts(
          process: nil, source: [], healthProblems: [], lastRound: nil,
          drift: DriftStatus(operations: 0, rounds: 0, lastSecondsAgo: nil))
      }, unserved: { nil })
  }

  func take(_ file: String) async throws {
    try directory.write(
      String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self), to: "scenario.yaml")
    let update = await source.load()
    #expect(!update.hasErrors)
    await loop.submit(addresses: addresses)
    await loop.submit(update.batch.adapted(to: configuration))
    #expect(await loop.converge().isComplete)
  }
}
