import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// The real client and a real server, between them real connections.
final class EndToEnd: Sendable {
  /// How long real time may take at most, on a busy machine.
  static let patience = Duration.seconds(120)
  static let load = Load(services: 30, endpointsPerService: 3)

  let server: FakeAPIServer
  let source: ClusterSource
  let believed = Believed()
  let folder: TestFolder
  let notes = Notes()
  private let transport: HTTPTransport
  private let tasks: [Task<Void, Never>]

  struct Options: Sendable {
    var formats: [WireFormat] = [.protobuf, .json]
    /// How much faster the client's time runs than ours.
    var speed = 5
    /// Lines of the user's entry in the kubeconfig; nil for what the server asks for.
    var user: [String]?
    /// Files beside the kubeconfig.
    var files: [String: String] = [:]

    init() {}
  }

  /// Runs a test with a client of the server, and ends both.
  ///
  /// - Parameters:
  ///   - server: Not started yet, with its objects and faults.
  ///   - options: The client's.
  ///   - test: What happens meanwhile.
  /// - Throws: what the test or the start of the server throws.
  static func run(
    _ server: FakeAPIServer, _ options: Options = Options(), _ test: (EndToEnd) async throws -> Void
  ) async throws {
    try await server.start()
    let world = try EndToEnd(server, options)
    let result: Result<Void, any Error>
    do { result = .success(try await test(world)) } catch { result = .failure(error) }
    await world.stop()
    await server.stop()
    try result.get()
  }

  private init(_ server: FakeAPIServer, _ options: Options) throws {
    self.server = server
    folder = try TestFolder()
    for (name, text) in options.files { try folder.write(text, to: name) }
    let kubeconfig = try folder.write(server.kubeconfig(user: options.user), to: "kubeconfig")
    let time = ScaledTime(factor: options.speed)
    let access = try ClusterAccess.resolve(kubeconfig: kubeconfig, master: nil)
    let transport = HTTPTransport(
      CredentialSource(access, tell: notes.add), version: "1.2.3", limit: RequestLimit(qps: -1), time: time,
      tell: notes.add)
    let source = ClusterSource(
      ClusterConfiguration(nodeName: "node-1", formats: options.formats), transport: transport, time: time)
    self.transport = transport
    self.source = source
    tasks = [
      Task { await source.run() },
      Task { [believed] in while let update = await source.next() { await believed.take(update) } },
    ]
  }

  private func stop() async {
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    await transport.shutdown()
  }

  // MARK: - Waiting

  /// Waits until the client believes what the server has, and tells the difference if it doesn't come to that.
  func converges(_ location: SourceLocation = #_sourceLocation) async {
    let expected = await ClusterPicture.expected(server.store, node: "node-1")
    let isThere = await believed.bell.wait(within: EndToEnd.patience) {
      await self.believed.picture == expected
    }
    guard !isThere else { return }
    let picture = await believed.picture
    let missing = expected.objects.subtracting(picture.objects).sorted().prefix(3)
    let extra = picture.objects.subtracting(expected.objects).sorted().prefix(3)
    let events = await believed.events.suffix(10).map(\.description)
    Issue.record(
      "no convergence: missing \(missing), too many \(extra), events \(events)", sourceLocation: location)
  }

  /// Waits until the client has told something.
  func tells(
    _ location: SourceLocation = #_sourceLocation, _ isWanted: @escaping @Sendable (SourceEvent) -> Bool
  ) async {
    let isTold = await believed.bell.wait(within: EndToEnd.patience) {
      await self.believed.events.contains(where: isWanted)
    }
    let events = await believed.events.map(\.description)
    if !isTold { Issue.record("not told; but: \(events)", sourceLocation: location) }
  }

  /// Waits until the three watches run.
  func watches(_ location: SourceLocation = #_sourceLocation) async {
    let isSo = await server.store.waitForWatches(3, within: EndToEnd.patience)
    if !isSo { Issue.record("the watches don't run", sourceLocation: location) }
  }

  /// Sends bookmarks of a new version, and waits until all watches have been resumed from it.
  func takesBookmarks(_ location: SourceLocation = #_sourceLocation) async {
    await server.store.advance(by: 500)
    let revision = "\(await server.store.revision)"
    // A watch that is just being resumed misses the first.
    for _ in 0..<20 {
      await server.store.sendBookmarks()
      await server.store.cutWatches()
      let isSo = await server.requests.wait(within: .seconds(3)) { requests in
        Set(requests.filter { $0[query: "resourceVersion"] == revision }.map(\.resource)).count == 3
      }
      if isSo { return }
    }
    Issue.record("watches are not resumed from the bookmark", sourceLocation: location)
  }

  // MARK: - Changes

  /// A Service more, one changed, one deleted, and endpoints replaced: of each kind of change one.
  func change() async throws {
    let store = server.store
    var service = EndToEnd.load.service(1)
    service["spec"]["ports"][0]["port"] = 8081
    try await store.apply(service)
    var added = EndToEnd.load.service(2)
    added["metadata"]["name"] = "added"
    added["metadata"]["uid"] = nil
    added["spec"]["clusterIPs"] = ["10.111.0.1"]
    added["spec"]["clusterIP"] = "10.111.0.1"
    try await store.apply(added)
    for slice in EndToEnd.load.slices(3, replacements: 2) { try await store.apply(slice) }
    try await store.delete(ObjectKey(.services, "service-4", namespace: "team-4"))
    var node = EndToEnd.load.node(0)
    node["metadata"]["labels"]["topology.kubernetes.io/zone"] = "another-zone"
    try await store.apply(node)
  }

  /// What `change` takes away.
  static let removedByChange = ["service team-4/service-4"]

  func apply(service name: String, clusterIP: String) async throws {
    var service = EndToEnd.load.service(5)
    service["metadata"]["name"] = .string(name)
    service["metadata"]["uid"] = nil
    service["spec"]["clusterIP"] = .string(clusterIP)
    service["spec"]["clusterIPs"] = [.string(clusterIP)]
    try await server.store.apply(service)
  }
}

extension FakeAPIServer {
  /// A server with the objects of `EndToEnd.load` and some that are no proxy's business.
  static func filled(
    _ settings: Settings = Settings(), load: Load = EndToEnd.load, revision: Int64 = 1000
  ) async throws -> FakeAPIServer {
    let store = ObjectStore(revision: revision)
    try await load.fill(store)
    var headless = load.service(0)
    headless["metadata"]["name"] = "headless"
    headless["spec"]["clusterIP"] = "None"
    headless["spec"]["clusterIPs"] = ["None"]
    try await store.apply(headless)
    var foreign = load.service(0)
    foreign["metadata"]["name"] = "foreign"
    foreign["metadata"]["labels"]["service.kubernetes.io/service-proxy-name"] = "other"
    try await store.apply(foreign)
    try await store.apply([
      "kind": "Service", "metadata": ["name": "external", "namespace": "default"],
      "spec": ["type": "ExternalName", "externalName": "example.invalid", "sessionAffinity": "None"],
      "status": ["loadBalancer": [:]],
    ])
    return FakeAPIServer(settings, store: store)
  }

  static func filled(_ personality: Personality) async throws -> FakeAPIServer {
    var settings = Settings()
    settings.personality = personality
    return try await filled(settings)
  }
}
