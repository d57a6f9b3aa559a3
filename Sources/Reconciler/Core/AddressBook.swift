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
  /// Services with that ClusterIP.
  private var clusterIPs = AddressCounts()
  private var apiServer = AddressCounts()
  private var otherNodes = AddressCounts()
  /// Services that name the address as externalIP or load balancer address.
  private var claimants: [IPAddress: Set<ServiceKey>] = [:]

  init(serviceRanges: [IPNetwork], nodeName: String) {
    self.serviceRanges = serviceRanges
    self.nodeName = nodeName
  }

  /// Makes room for as many addresses.
  mutating func reserve(clusterIPs: FamilyCounts, endpoints: FamilyCounts) {
    self.clusterIPs.reserve(clusterIPs)
    otherNodes.reserve(endpoints)
  }

  /// Why the Service can't have the address; nil when it can.
  func refusal(of address: IPAddress, for service: ServiceInput) -> AddressRefusal? {
    if apiServer[address] > 0 { return .apiServer }
    let owners = clusterIPs[address]
    if owners > 0 {
      // Its own ClusterIP once more: one virtual server serves both.
      return owners == 1 && service.clusterIPs.contains(address) ? nil : .clusterIP
    }
    if let range = serviceRanges.first(where: { $0.contains(address) }) { return .serviceRange(range) }
    return otherNodes[address] > 0 ? .otherNode : nil
  }

  /// - Returns: other Services to look at again.
  mutating func replace(_ old: Box<ServiceInput>?, with new: Box<ServiceInput>?) -> Set<ServiceKey> {
    guard let key = (new ?? old)?.value.key else { return [] }
    var affected: Set<ServiceKey> = []
    if let old = old?.value {
      for address in old.externalIPs { Self.remove(key, from: &claimants, address) }
      for address in old.loadBalancerIPs { Self.remove(key, from: &claimants, address) }
    }
    if let new = new?.value {
      for address in new.externalIPs { claimants[address, default: []].insert(key) }
      for address in new.loadBalancerIPs { claimants[address, default: []].insert(key) }
    }
    guard old?.value.clusterIPs != new?.value.clusterIPs else { return [] }
    for address in old?.value.distinctClusterIPs ?? [] {
      _ = clusterIPs.remove(address)
      if let keys = claimants[address] { affected.formUnion(keys) }
    }
    for address in new?.value.distinctClusterIPs ?? [] {
      _ = clusterIPs.add(address)
      if let keys = claimants[address] { affected.formUnion(keys) }
    }
    return affected
  }

  /// Notes the endpoints of a slice. Those that replace others come in before the others go, so that what both have never
  /// looks free.
  /// - Returns: Services to look at again.
  mutating func add(_ endpoints: [EndpointInput], of service: ServiceKey) -> Set<ServiceKey> {
    count(endpoints, of: service, isNew: true)
  }

  /// - Returns: Services to look at again.
  mutating func remove(_ endpoints: [EndpointInput], of service: ServiceKey) -> Set<ServiceKey> {
    count(endpoints, of: service, isNew: false)
  }

  private mutating func count(
    _ endpoints: [EndpointInput], of service: ServiceKey, isNew: Bool
  ) -> Set<ServiceKey> {
    var affected: Set<ServiceKey> = []
    let isAPIServer = service.namespace == "default" && service.name == "kubernetes"
    // Field by field: an endpoint taken out whole is copied with all of its references.
    for index in endpoints.indices {
      let address = endpoints[index].address
      var hasTurned = false
      if isAPIServer { hasTurned = isNew ? apiServer.add(address) : apiServer.remove(address) }
      if let node = endpoints[index].nodeName, node != nodeName {
        let isTurn = isNew ? otherNodes.add(address) : otherNodes.remove(address)
        hasTurned = isTurn || hasTurned
      }
      if hasTurned, let keys = claimants[address] { affected.formUnion(keys) }
    }
    return affected
  }

  private static func remove(
    _ key: ServiceKey, from index: inout [IPAddress: Set<ServiceKey>], _ address: IPAddress
  ) {
    index[address]?.remove(key)
    if index[address]?.isEmpty ?? false { index[address] = nil }
  }
}

extension ServiceInput {
  fileprivate var distinctClusterIPs: [IPAddress] {
    clusterIPs.count < 2 ? clusterIPs : Array(Set(clusterIPs))
  }
}
