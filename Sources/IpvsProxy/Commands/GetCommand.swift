import ArgumentParser
import Inspection
import Monitoring
import Terminal

struct GetCommand: AsyncParsableCommand {
  enum Resource: String, ExpressibleByArgument, CaseIterable {
    case services, endpoints, nodes

    /// kubectl's other names for them, too.
    init?(argument: String) {
      switch argument.lowercased() {
      case "services", "service", "svc": self = .services
      case "endpoints", "endpoint", "ep", "eps": self = .endpoints
      case "nodes", "node", "no": self = .nodes
      default: return nil
      }
    }
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case wide, json, yaml, hosts, env
  }

  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "List Services, their endpoints or nodes, with how far each is in force.",
    discussion: """
      Examples:
        ipvs-proxy get services -A
        ipvs-proxy get endpoints web -n shop
        ipvs-proxy get services -n shop -o json
        ipvs-proxy get services -A -o hosts > /etc/hosts.services      for dnsmasq's --addn-hosts
        ipvs-proxy get services -n shop -o env > services.env          for sh, systemd and containers

      States of a Service: Programmed (the kernel has all of it), Pending (in line), NoEndpoints (nobody would answer; what
      to add is told), Conflict (an older Service has the address and port), Degraded (the kernel refuses something).
      Exit statuses: 0 listed; 1 there is no Service of that name; 3 no process answers.
      """, helpNames: [.short, .long])

  @Argument(help: "services, endpoints or nodes.")
  var resource: Resource

  @Argument(help: ArgumentHelp("Of one Service or node; without it, all.", valueName: "name"))
  var name: String?

  @Option(name: [.short, .long], help: ArgumentHelp("Whose Services.", valueName: "ns"))
  var namespace = "default"

  @Flag(name: [.customShort("A"), .long], help: "Those of all namespaces.")
  var allNamespaces = false

  @Option(
    name: [.short, .long],
    help: "wide, json or yaml; of Services also hosts (for resolvers) or env (variables for programs).")
  var output: Format?

  @Option(help: ArgumentHelp("The domain of names in -o hosts.", valueName: "domain"))
  var clusterDomain = "cluster.local"

  @OptionGroup var source: QuestionOptions

  func validate() throws {
    guard resource != .services else {
      if output == .env && allNamespaces {
        throw ValidationError("-o env is for one namespace: variables of equal names would hide each other")
      }
      return
    }
    if output == .hosts || output == .env {
      throw ValidationError("-o \(output?.rawValue ?? "") is for services only")
    }
  }

  func run() async throws {
    try await endingWithStatus {
      let lines = try await source.interrogation.ask { inspecting in
        switch resource {
        case .services: try await services(inspecting)
        case .endpoints: try await endpoints(inspecting)
        case .nodes: try await nodes(inspecting)
        }
      }
      Printing.print(lines)
    }
  }

  private var query: ServiceQuery { ServiceQuery(namespace: allNamespaces ? nil : namespace, name: name) }

  private func found(_ inspecting: any Inspecting) async throws -> [ServiceStatus] {
    let services = try await inspecting.services(query)
    if services.isEmpty {
      let place = allNamespaces ? "any namespace" : "namespace \(namespace)"
      if let name { throw FatalError(.failure, "no Service \(name) in \(place) is known to this node") }
      if output == nil || output == .wide { writeError("No Services in \(place).") }
    }
    return services
  }

  private func services(_ inspecting: any Inspecting) async throws -> [String] {
    let services = try await found(inspecting)
    switch output {
    case .hosts:
      let unserved = (try await inspecting.unservedServices() ?? []).filter {
        (allNamespaces || $0.namespace == namespace) && (name == nil || $0.name == name)
      }
      return HostsFile.lines(
        services, unserved, namespace: allNamespaces ? nil : namespace, domain: clusterDomain)
    case .env: return ServiceEnvironment.lines(services)
    case nil, .wide:
      let table = ServiceTable(
        services, hasNamespaces: allNamespaces, isWide: output == .wide,
        now: Moment.now().wall.components.seconds)
      return services.isEmpty ? [] : table.lines(.ofStandardOutput())
    case .json, .yaml: return try text(services)
    }
  }

  private func endpoints(_ inspecting: any Inspecting) async throws -> [String] {
    let endpoints = try await found(inspecting).flatMap(EndpointStatus.all)
    guard output == nil || output == .wide else { return try text(endpoints) }
    let table = EndpointTable(endpoints, hasNamespaces: allNamespaces, isWide: output == .wide)
    return endpoints.isEmpty ? [] : table.lines(.ofStandardOutput())
  }

  private func nodes(_ inspecting: any Inspecting) async throws -> [String] {
    let all = try await inspecting.nodes()
    let nodes = name == nil ? all : all.filter { $0.name == name }
    if let name, nodes.isEmpty { throw FatalError(.failure, "no node \(name) is known to this one") }
    guard output == nil || output == .wide else { return try text(nodes) }
    return NodeTable(nodes, isWide: output == .wide).lines(.ofStandardOutput())
  }

  private func text<Item: InspectionItem>(_ items: [Item]) throws -> [String] {
    let list = ItemList(items)
    if output == .json { return [try Printing.json(list)] }
    return try Printing.yaml(list).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }
}
