import Addressing

/// Why an externalIP or load balancer address is not served.
public enum AddressRefusal: Hashable, Sendable, CustomStringConvertible {
  case apiServer
  case clusterIP
  case serviceRange(IPNetwork)
  case otherNode

  public var description: String {
    switch self {
    case .apiServer:
      "it is an endpoint of default/kubernetes: binding it would cut this node off the API server"
    case .clusterIP: "it is the ClusterIP of another Service"
    case .serviceRange(let range): "it lies in the Service range \(range)"
    case .otherNode: "endpoints on another node have it: binding it here would hide them"
    }
  }
}

/// Which addresses are taken by what, so that no Service can claim one that others depend on. Counted, so that a change
/// costs what the change is.
struct AddressBook: Sendable {
  let serviceRanges: [IPNetwork]
  private let nodeName: String
  private var clusterIPs: [IPAddress: Set<ServiceKey>] = [:]
  private var apiServer: [IPAddress: Int] = [:]
  private var otherNodes: [IPAddress: Int] = [:]
  /// Services that name the address as externalIP or load balancer address.
  private var claimants: [IPAddress: Set<ServiceKey>] = [:]

  init(serviceRanges: [IPNetwork], nodeName: String) {
    self.serviceRanges = serviceRanges
    self.nodeName = nodeName
  }

  /// Why the Service can't have the address; nil when it can.
  func refusal(of address: IPAddress, for service: ServiceKey) -> AddressRefusal? {
    if apiServer[address] != nil { return .apiServer }
    if let owners = clusterIPs[address] {
      // Its own ClusterIP once more: one virtual server serves both.
      return owners.contains(service) && owners.count == 1 ? nil : .clusterIP
    }
    if let range = serviceRanges.first(where: { $0.contains(address) }) { return .serviceRange(range) }
    return otherNodes[address] != nil ? .otherNode : nil
  }

  /// - Returns: other Services to look at again.
  mutating func replace(_ old: ServiceInput?, with new: ServiceInput?) -> Set<ServiceKey> {
    guard let key = (new ?? old)?.key else { return [] }
    var affected: Set<ServiceKey> = []
    for address in Set(old?.externalAddresses ?? []) { Self.remove(key, from: &claimants, address) }
    for address in Set(new?.externalAddresses ?? []) { claimants[address, default: []].insert(key) }
    guard old?.clusterIPs != new?.clusterIPs else { return [] }
    for address in old?.clusterIPs ?? [] {
      Self.remove(key, from: &clusterIPs, address)
      affected.formUnion(claimants[address] ?? [])
    }
    for address in new?.clusterIPs ?? [] {
      clusterIPs[address, default: []].insert(key)
      affected.formUnion(claimants[address] ?? [])
    }
    return affected
  }

  /// - Returns: Services to look at again.
  mutating func replace(_ old: EndpointSliceInput?, with new: EndpointSliceInput?) -> Set<ServiceKey> {
    var affected: Set<ServiceKey> = []
    for (slice, step) in [(new, 1), (old, -1)] {
      guard let slice else { continue }
      let isAPIServer = slice.service.namespace == "default" && slice.service.name == "kubernetes"
      for endpoint in slice.endpoints {
        let address = endpoint.address
        var hasTurned = false
        if isAPIServer { hasTurned = Self.count(&apiServer, address, step) }
        if let node = endpoint.nodeName, node != nodeName {
          hasTurned = Self.count(&otherNodes, address, step) || hasTurned
        }
        if hasTurned, let keys = claimants[address] { affected.formUnion(keys) }
      }
    }
    return affected
  }

  /// - Returns: whether the count went from none to some or back.
  private static func count(_ counts: inout [IPAddress: Int], _ address: IPAddress, _ step: Int) -> Bool {
    let before = counts[address] ?? 0
    counts[address] = before + step == 0 ? nil : before + step
    return before == 0 || before + step == 0
  }

  private static func remove(
    _ key: ServiceKey, from index: inout [IPAddress: Set<ServiceKey>], _ address: IPAddress
  ) {
    index[address]?.remove(key)
    if index[address]?.isEmpty ?? false { index[address] = nil }
  }
}

extension ServiceInput {
  var externalAddresses: [IPAddress] { externalIPs + loadBalancerIPs }
}
