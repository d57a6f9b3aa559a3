import Addressing
import Foundation

/// A node with pods in network namespaces of their own, for one test. Pods hang on routed veth pairs, each with a
/// single-host route; an outside client hangs on a subnet of its own. Everything goes away with `close()`.
final class Lab {
  /// The node's own address, which the pods' links carry too, so that masqueraded packets get it.
  static let nodeAddress = "192.168.77.1"
  static let nodeAddress6 = "fd00:77::1"
  static let clientAddress = "203.0.113.2"
  static let clusterCIDR = "10.244.0.0/16,fd00:10:244::/48"

  let node: String
  let client: String
  let directory: URL
  private let prefix: String
  private var namespaces: [String] = []
  private var servers: [PodServer] = []
  private(set) var running: [RunningCommand] = []

  /// The name must be unique among the tests, and short: it becomes part of namespace names.
  init(_ name: String) throws {
    prefix = "t-\(name)"
    node = "\(prefix)-node"
    client = "\(prefix)-client"
    directory = Shell.temporaryFile()
    try FileManager.default.createDirectory(at: manifests, withIntermediateDirectories: true)
    try addNamespace(node)
    try inNode([
      "link add node0 type dummy", "addr add \(Self.nodeAddress)/32 dev node0",
      "addr add \(Self.nodeAddress6)/128 dev node0 nodad", "link set node0 up",
    ])
    try addClient()
  }

  var manifests: URL { directory.appendingPathComponent("manifests") }
  var state: URL { directory.appendingPathComponent("state") }

  func close() {
    for command in running where command.process.isRunning {
      command.signal(SIGKILL)
      command.waitForExit()
    }
    servers.forEach { $0.stop() }
    for name in namespaces.reversed() { _ = try? Shell.run(["ip", "netns", "del", name]) }
    try? FileManager.default.removeItem(at: directory)
  }

  // MARK: - Namespaces

  func addNamespace(_ name: String) throws {
    try Shell.check(["ip", "netns", "add", name])
    namespaces.append(name)
    // A local routing table must exist before IPVS takes destinations.
    try Shell.check(["ip", "-n", name, "link", "set", "lo", "up"])
  }

  /// Runs lines of ip(8) in the node's namespace.
  func inNode(_ lines: [String]) throws { try batch(node, lines) }

  /// Runs lines of ip(8) in a namespace.
  func batch(_ namespace: String, _ lines: [String]) throws {
    try Shell.check(["ip", "-n", namespace, "-batch", "-"], input: lines.joined(separator: "\n") + "\n")
  }

  private func addClient() throws {
    try addNamespace(client)
    try inNode([
      "link add to-client type veth peer name eth0 netns \(client)", "addr add 203.0.113.1/24 dev to-client",
      "addr add fd00:113::1/64 dev to-client nodad", "link set to-client up",
    ])
    try batch(
      client,
      [
        "addr add \(Self.clientAddress)/24 dev eth0", "addr add fd00:113::2/64 dev eth0 nodad",
        "link set eth0 up", "route add default via 203.0.113.1", "route add default via fd00:113::1",
      ])
  }

  /// A pod at 10.244.0.N and fd00:10:244::N with a server on its port that tells its name and who asked.
  @discardableResult
  func addPod(_ number: Int, serving listeners: [PodServer.Listener]? = nil) throws -> String {
    let name = podName(number)
    try addNamespace(name)
    try inNode([
      "link add pod\(number) type veth peer name eth0 netns \(name)",
      "addr add \(Self.nodeAddress)/32 dev pod\(number)",
      "addr add \(Self.nodeAddress6)/128 dev pod\(number) nodad", "link set pod\(number) up",
    ])
    try batch(
      name,
      [
        "addr add \(podAddress(number))/32 dev eth0", "addr add \(podAddress6(number))/128 dev eth0 nodad",
        "link set eth0 up", "route add \(Self.nodeAddress) dev eth0",
        "route add default via \(Self.nodeAddress) dev eth0", "route add \(Self.nodeAddress6) dev eth0",
        "route add default via \(Self.nodeAddress6) dev eth0",
      ])
    try inNode([
      "route add \(podAddress(number))/32 dev pod\(number)",
      "route add \(podAddress6(number))/128 dev pod\(number)",
    ])
    try serve(number, listeners ?? PodServer.usual)
    return name
  }

  fileprivate func addBridgedPod(_ number: Int) throws {
    let name = podName(number)
    try addNamespace(name)
    try inNode([
      "link add pod\(number) type veth peer name eth0 netns \(name)", "link set pod\(number) master cni0",
      "link set pod\(number) up",
      // The plugin's hairpinMode: a pod that reaches itself gets its own reply back through the port it came from.
      "link set pod\(number) type bridge_slave hairpin on",
    ])
    try batch(
      name,
      [
        "addr add \(podAddress(number))/24 dev eth0", "link set eth0 up",
        "route add default via 10.244.0.254",
      ])
    try serve(number, PodServer.usual)
  }

  func serve(_ number: Int, _ listeners: [PodServer.Listener]) throws {
    try serve("pod\(number)", in: podName(number), listeners)
  }

  func serve(_ name: String, in namespace: String, _ listeners: [PodServer.Listener]) throws {
    servers.append(try PodServer(name: name, namespace: namespace, listeners: listeners))
  }

  func addBareNamespace(_ suffix: String) throws -> String {
    let name = "\(prefix)-\(suffix)"
    try addNamespace(name)
    return name
  }

  func podName(_ number: Int) -> String { "\(prefix)-pod\(number)" }
  func podAddress(_ number: Int) -> String { "10.244.0.\(number)" }
  func podAddress6(_ number: Int) -> String { "fd00:10:244::\(number)" }

  // MARK: - The program

  static var binary: String {
    ProcessInfo.processInfo.environment["IPVS_PROXY_BINARY"]
      ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("ipvs-proxy").path
  }

  func command(_ arguments: [String]) -> [String] {
    ["ip", "netns", "exec", node, Self.binary] + arguments
  }

  /// The flags of a node that serves this lab's manifests.
  var nodeFlags: [String] {
    [
      "--manifests", manifests.path, "--state-dir", state.path, "--hostname-override", "node-a",
      "--cluster-cidr", Self.clusterCIDR,
    ]
  }

  func once(_ extra: [String] = []) throws -> CommandResult {
    try Shell.run(command(["--mode", "ipvs", "--once"] + nodeFlags + extra))
  }

  func plan() throws -> CommandResult { try Shell.run(command(["plan"] + nodeFlags)) }
  func cleanup() throws -> CommandResult { try Shell.run(command(["cleanup"])) }

  /// Without admin socket, unless `extra` names one: all labs share one file system.
  func start(_ extra: [String] = []) throws -> RunningCommand {
    try background(command(["--mode", "ipvs", "--admin-socket", ""] + nodeFlags + extra))
  }

  /// Starts what ends with the lab at the latest.
  func background(_ command: [String], input: Pipe? = nil, output: Pipe? = nil) throws -> RunningCommand {
    let command = try Shell.background(command, input: input, output: output)
    running.append(command)
    return command
  }

  func write(_ name: String, _ text: String) throws {
    // Renamed into place, so that a running program never reads half a file.
    let file = manifests.appendingPathComponent(name)
    let draft = directory.appendingPathComponent("draft")
    try text.write(to: draft, atomically: false, encoding: .utf8)
    guard rename(draft.path, file.path) == 0 else { throw POSIXError(.EIO) }
  }

  // MARK: - What the kernel says

  @discardableResult
  func exec(_ command: [String]) throws -> CommandResult {
    try NamespaceThread.run(node) { try Shell.check(command) }
  }

  /// `ipvsadm -Sn`, sorted.
  func virtualServers() throws -> [String] { try exec(["ipvsadm", "-Sn"]).lines.sorted() }

  /// The addresses on kube-ipvs0, sorted; none when it doesn't exist.
  func boundAddresses() throws -> [String] { try Self.boundAddresses(in: node) }

  static func boundAddresses(in node: String) throws -> [String] {
    let result = try Shell.run(["ip", "-n", node, "-o", "addr", "show", "dev", "kube-ipvs0"])
    return result.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(where: { $0 == "inet" || $0 == "inet6" }), index + 1 < words.count,
        !words[index + 1].hasPrefix("fe80:")
      else { return nil }
      return String(words[index + 1])
    }.sorted()
  }

  /// Waits until a condition holds, at most for `seconds`.
  func eventually(_ seconds: Int = 30, _ condition: () throws -> Bool) throws -> Bool {
    let deadline = Date().addingTimeInterval(TimeInterval(seconds))
    while Date() < deadline {
      if try condition() { return true }
      usleep(100_000)
    }
    return try condition()
  }
}

extension Lab {
  /// Pods on one bridge, as the bridge CNI plugin makes them, with bridged packets handed to iptables.
  func addBridgedPods(_ numbers: [Int]) throws {
    try inNode([
      "link add cni0 type bridge", "addr add 10.244.0.254/24 dev cni0", "link set cni0 up",
    ])
    try Shell.check(["modprobe", "br_netfilter"])
    try exec(["sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1"])
    for number in numbers { try addBridgedPod(number) }
  }
}
