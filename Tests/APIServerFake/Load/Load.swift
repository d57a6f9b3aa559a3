/// Many Services with their EndpointSlices and Nodes, the same in every run, with metadata as a cluster has it:
/// managedFields and annotations are most of the bytes.
public struct Load: Sendable {
  public var services: Int
  public var endpointsPerService: Int
  /// Endpoints are spread over them in turn.
  public var nodes: [String]
  /// Every so-manieth Service is one; as long as there are node ports (2,768).
  public var nodePortEvery = 10
  public var loadBalancerEvery = 20
  public var affinityEvery = 5
  public var namespaces = 50

  public init(services: Int, endpointsPerService: Int, nodes: [String] = ["node-1", "node-2", "node-3"]) {
    self.services = services
    self.endpointsPerService = endpointsPerService
    self.nodes = nodes
  }

  /// A slice holds so many endpoints at most, as the EndpointSlice controller makes them.
  public static let endpointsPerSlice = 100

  /// Applies all of it: Nodes, then each Service with its slices.
  public func fill(_ store: ObjectStore) async throws(ObjectError) {
    for index in nodes.indices { try await store.apply(node(index)) }
    for index in 0..<services {
      try await store.apply(service(index))
      for slice in slices(index) { try await store.apply(slice) }
    }
  }

  public func serviceName(_ index: Int) -> String { "service-\(index)" }

  public func namespace(_ index: Int) -> String { "team-\(index % max(namespaces, 1))" }

  /// "10.96.1.0" for the first.
  public func clusterIP(_ index: Int) -> String { Load.address(10, 96, index + 256) }

  /// The address of an endpoint after its Service's pods have been replaced so often, one at a time.
  public func endpointAddress(_ index: Int, _ endpoint: Int, replacements: Int = 0) -> String {
    let times = times(endpoint, replaced: replacements)
    let number = index * endpointsPerService + endpoint + times * services * endpointsPerService
    return Load.address(10, 128, number % (1 << 23) + 1)
  }

  /// How often this endpoint was among the replaced ones.
  func times(_ endpoint: Int, replaced replacements: Int) -> Int {
    (replacements + endpointsPerService - 1 - endpoint) / endpointsPerService
  }

  static func address(_ first: Int, _ second: Int, _ number: Int) -> String {
    "\(first).\(second + number >> 16).\(number >> 8 & 255).\(number & 255)"
  }

  enum Kind: Sendable { case clusterIP, nodePort, loadBalancer }

  func kind(_ index: Int) -> Kind {
    if loadBalancerEvery > 0 && index % loadBalancerEvery == 7 % loadBalancerEvery { return .loadBalancer }
    if nodePortEvery > 0 && index % nodePortEvery == 3 % nodePortEvery && nodePort(index) != nil {
      return .nodePort
    }
    return .clusterIP
  }

  /// Nil when the range is used up. Node ports are dealt to the Services in order.
  func nodePort(_ index: Int) -> Int? {
    let nodePortsBefore =
      nodePortEvery > 0 ? (index + nodePortEvery - 1 - 3 % nodePortEvery) / nodePortEvery : 0
    let loadBalancersBefore =
      loadBalancerEvery > 0 ? (index + loadBalancerEvery - 1 - 7 % loadBalancerEvery) / loadBalancerEvery : 0
    let port = 30000 + nodePortsBefore + loadBalancersBefore
    return port <= 32767 ? port : nil
  }
}
