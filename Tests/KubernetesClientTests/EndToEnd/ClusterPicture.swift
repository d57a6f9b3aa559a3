import APIServerFake
import Addressing
import Reconciler

/// Objects as texts, told from what the server has and from what the client says independently of each other.
struct ClusterPicture: Hashable {
  var objects: Set<String> = []

  // MARK: - What the client says

  static func text(_ service: ServiceInput) -> String {
    let ports = service.ports.map { "\($0.name)/\($0.transport)/\($0.port)/\($0.nodePort)" }
    return line(
      "service", "\(service.key)", service.uid, list(service.clusterIPs), list(ports),
      "\(service.sessionAffinity ?? 0)", list(service.loadBalancerIPs), "\(service.externalScope)")
  }

  static func text(_ slice: EndpointSliceInput) -> String {
    let ports = slice.ports.map { "\($0.name)/\($0.transport)/\($0.port)" }
    let endpoints = slice.endpoints.map {
      "\($0.address) \($0.isReady) \($0.isServing) \($0.isTerminating) \($0.nodeName ?? "")"
    }
    return line("slice", "\(slice.key)", "\(slice.service)", list(ports), list(endpoints))
  }

  static func text(_ node: NodeInput) -> String {
    line("node", node.zone ?? "", list(node.addresses), list(node.podCIDRs))
  }

  // MARK: - What the server has

  /// What a node's proxy has to know of the server's objects: no headless Services, none of other proxies, and of the
  /// nodes its own.
  static func expected(_ store: ObjectStore, node: String) async -> ClusterPicture {
    var picture = ClusterPicture()
    for service in await store.objects(.services) {
      let metadata = service["metadata"]
      guard let address = service["spec"]["clusterIP"].string, address != "None", address != "",
        metadata["labels"]["service.kubernetes.io/service-proxy-name"].isNull
      else { continue }
      picture.objects.insert(text(service: service))
    }
    for slice in await store.objects(.endpointSlices) { picture.objects.insert(text(slice: slice)) }
    for object in await store.objects(.nodes) where object["metadata"]["name"].string == node {
      picture.objects.insert(text(node: object))
    }
    return picture
  }

  private static func text(service: Value) -> String {
    let spec = service["spec"]
    let ports = spec["ports"].elements.map { port in
      let name = port["name"].string ?? ""
      let transport = (port["protocol"].string ?? "TCP").lowercased()
      return "\(name)/\(transport)/\(port["port"].integer ?? 0)/\(port["nodePort"].integer ?? 0)"
    }
    let affinity =
      spec["sessionAffinity"] == "ClientIP"
      ? spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"].integer ?? 10800 : 0
    let ingress = service["status"]["loadBalancer"]["ingress"].elements.filter { $0["ipMode"] != "Proxy" }
    return line(
      "service", name(service), service["metadata"]["uid"].string ?? "",
      list(spec["clusterIPs"].elements.compactMap(\.string)), list(ports), "\(affinity)",
      list(ingress.compactMap { $0["ip"].string }),
      spec["externalTrafficPolicy"] == "Local" ? "local" : "cluster")
  }

  private static func text(slice: Value) -> String {
    let metadata = slice["metadata"]
    let service = metadata["labels"]["kubernetes.io/service-name"].string ?? ""
    let ports = slice["ports"].elements.map { port in
      "\(port["name"].string ?? "")/\((port["protocol"].string ?? "TCP").lowercased())/\(port["port"].integer ?? 0)"
    }
    let endpoints = slice["endpoints"].elements.map { endpoint in
      let conditions = endpoint["conditions"]
      return "\(endpoint["addresses"][0].string ?? "") \(conditions["ready"].bool ?? true) "
        + "\(conditions["serving"].bool ?? true) \(conditions["terminating"].bool ?? false) "
        + "\(endpoint["nodeName"].string ?? "")"
    }
    return line(
      "slice", name(slice), "\(metadata["namespace"].string ?? "")/\(service)", list(ports), list(endpoints))
  }

  private static func text(node: Value) -> String {
    let addresses = node["status"]["addresses"].elements.filter { $0["type"] != "Hostname" }
    return line(
      "node", node["metadata"]["labels"]["topology.kubernetes.io/zone"].string ?? "",
      list(addresses.compactMap { $0["address"].string }),
      list(node["spec"]["podCIDRs"].elements.compactMap(\.string)))
  }

  private static func name(_ object: Value) -> String {
    "\(object["metadata"]["namespace"].string ?? "")/\(object["metadata"]["name"].string ?? "")"
  }

  // MARK: -

  private static func line(_ parts: String...) -> String { parts.joined(separator: " | ") }

  private static func list<T>(_ values: [T]) -> String {
    values.map { "\($0)" }.joined(separator: ", ")
  }
}
