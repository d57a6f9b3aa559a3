import Addressing
import Reconciler

/// Which Services are meant.
public struct ServiceQuery: Hashable, Sendable {
  /// Nil for all namespaces.
  public var namespace: String?
  /// Nil for all names.
  public var name: String?

  public init(namespace: String? = nil, name: String? = nil) {
    self.namespace = namespace
    self.name = name
  }
}

/// Whoever answers: the state in this process, or a running process over its socket.
public protocol Inspecting: Sendable {
  func health() async throws -> HealthStatus
  /// By namespace and name.
  func services(_ query: ServiceQuery) async throws -> [ServiceStatus]
  /// This one first.
  func nodes() async throws -> [NodeStatus]
  /// - Parameters:
  ///   - target: as ExplanationTarget takes it.
  ///   - source: an address, or "node" or "" for the node itself.
  /// - Returns: what there is to tell.
  /// - Throws: InvalidQuestion when it can't be understood; NothingKnown when there is no such Service.
  func explain(_ target: String, from source: String) async throws -> Explanation
  /// The virtual servers that Services have on this node, by namespace and name; without those that another Service has.
  func serviceAddresses() async throws -> [ServiceAddresses]
  /// Services that names lead to though the node doesn't serve them, by namespace and name. Nil where nobody knows.
  func unservedServices() async throws -> [UnservedService]?
}

/// There is nothing to tell of what was asked for.
public struct NothingKnown: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Answers from a loop. What is asked is gathered by the loop, between two steps of its own work; the rest is worked out
/// here.
public struct Inspector: Inspecting {
  /// Services that the loop is asked for at a time, so that its work never waits long.
  public static let pageSize = 200
  /// The same for their addresses alone.
  public static let addressPageSize = 2000
  private static let listLimit = 50

  private let loop: ReconcileLoop
  private let rules: TrafficRules
  private let process: @Sendable () async -> ProcessFacts
  private let unserved: @Sendable () async -> [UnservedService]?

  /// - Parameters:
  ///   - loop: that knows.
  ///   - rules: what those in force depend on.
  ///   - process: what only the process knows.
  ///   - unserved: Services that the loop never gets; nil where nobody knows.
  public init(
    _ loop: ReconcileLoop, rules: TrafficRules, process: @escaping @Sendable () async -> ProcessFacts,
    unserved: @escaping @Sendable () async -> [UnservedService]?
  ) {
    self.loop = loop
    self.rules = rules
    self.process = process
    self.unserved = unserved
  }

  public func health() async -> HealthStatus {
    HealthStatus(await loop.health(limit: Self.listLimit), await process())
  }

  public func services(_ query: ServiceQuery) async -> [ServiceStatus] {
    var all: [ServiceStatus] = []
    var next: String?
    repeat {
      let page = await page(query, after: next)
      all += page.items
      next = page.next
    } while next != nil
    return all
  }

  /// - Parameters:
  ///   - query: which Services.
  ///   - after: what the page before said is next; nil for the first.
  /// - Returns: the page. What comes or goes meanwhile may be missed.
  public func page(_ query: ServiceQuery, after: String?) async -> ItemList<ServiceStatus> {
    if let namespace = query.namespace, let name = query.name {
      let facts = await loop.facts(of: [ServiceKey(namespace: namespace, name: name)])
      return ItemList(facts.map { ServiceStatus($0) })
    }
    let start = after.flatMap(ServiceKey.init)
    let keys = await loop.serviceKeys(in: query.namespace)
      .filter { key in start.map { key > $0 } ?? true && query.name.map { key.name == $0 } ?? true }.sorted()
    let page = keys.prefix(Self.pageSize)
    let facts = await loop.facts(of: Array(page))
    return ItemList(
      facts.map { ServiceStatus($0) }, next: page.count < keys.count ? page.last?.description : nil)
  }

  public func nodes() async -> [NodeStatus] { NodeStatus.all(await loop.clusterFacts()) }

  public func serviceAddresses() async -> [ServiceAddresses] {
    var all: [ServiceAddresses] = []
    var next: String?
    repeat {
      let page = await addressPage(after: next)
      all += page.items
      next = page.next
    } while next != nil
    return all
  }

  /// As `page`, of addresses alone.
  public func addressPage(after: String?) async -> ItemList<ServiceAddresses> {
    let start = after.flatMap(ServiceKey.init)
    var ids: [ServiceKey: [VirtualServerID]] = [:]
    for (id, reason) in await loop.reasons() where start.map({ reason.service > $0 }) ?? true {
      ids[reason.service, default: []].append(id)
    }
    let page = ids.keys.sorted().prefix(Self.addressPageSize)
    let items = page.map { key in
      ServiceAddresses(
        namespace: key.namespace, name: key.name,
        virtualServers: (ids[key] ?? []).sorted().map(\.description))
    }
    return ItemList(items, next: page.count < ids.count ? page.last?.description : nil)
  }

  public func unservedServices() async -> [UnservedService]? {
    await unserved()?.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
  }

  public func explain(_ target: String, from source: String) async throws -> Explanation {
    switch try ExplanationTarget(target) {
    case .service(let key, let port): try await explain(key, port: port, question: target)
    case .address(let id): try await explain(id, from: source, question: target)
    }
  }

  private func explain(_ key: ServiceKey, port: String?, question: String) async throws -> Explanation {
    guard let facts = await loop.facts(of: [key]).first else {
      let unserved = await unserved()?.first { $0.namespace == key.namespace && $0.name == key.name }
      throw NothingKnown(unserved?.sentence ?? "no Service \(key) is known to this node")
    }
    let status = ServiceStatus(facts, port: port)
    if let port, status.ports.isEmpty { throw NothingKnown("Service \(key) has no port \(port)") }
    return Explanation(question: question, service: status)
  }

  private func explain(_ id: VirtualServerID, from text: String, question: String) async throws -> Explanation
  {
    var source: IPAddress?
    if !text.isEmpty && text != "node" {
      guard let address = IPAddress(text) else {
        throw InvalidQuestion("--from '\(text)' is no address; an IP address or 'node' is")
      }
      guard address.family == id.family else {
        throw InvalidQuestion("--from \(address) can't reach \(id.address): one is IPv4, the other IPv6")
      }
      source = address
    }
    let path = ConnectionPath(await loop.facts(of: id, from: source), rules: rules)
    return Explanation(question: question, connection: path)
  }
}

extension UnservedService {
  fileprivate var sentence: String {
    if let externalName {
      return
        "Service \(namespace)/\(name) is of type ExternalName: names lead to \(externalName), no packet is changed"
    }
    return "Service \(namespace)/\(name) is headless or another proxy's: this node has nothing to do for it"
  }
}

extension ServiceKey {
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    self.init(namespace: String(parts[0]), name: String(parts[1]))
  }
}
