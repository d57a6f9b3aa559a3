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
  mutating func replace(_ old: ServiceInput?, with new: ServiceInput?) -> Set<ServiceKey> {
    guard let key = (new ?? old)?.key else { return [] }
    var affected: Set<ServiceKey> = []
    for address in Set(old?.externalAddresses ?? []) { Self.remove(key, from: &claimants, address) }
    for address in Set(new?.externalAddresses ?? []) { claimants[address, default: []].insert(key) }
    guard old?.clusterIPs != new?.clusterIPs else { return [] }
    for address in Set(old?.clusterIPs ?? []) {
      _ = clusterIPs.remove(address)
      affected.formUnion(claimants[address] ?? [])
    }
    for address in Set(new?.clusterIPs ?? []) {
      _ = clusterIPs.add(address)
      affected.formUnion(claimants[address] ?? [])
    }
    return affected
  }

  /// - Returns: Services to look at again.
  mutating func replace(_ old: EndpointSliceInput?, with new: EndpointSliceInput?) -> Set<ServiceKey> {
    var affected: Set<ServiceKey> = []
    for (slice, isNew) in [(new, true), (old, false)] {
      guard let slice else { continue }
      let isAPIServer = slice.service.namespace == "default" && slice.service.name == "kubernetes"
      for endpoint in slice.endpoints {
        let address = endpoint.address
        var hasTurned = false
        if isAPIServer { hasTurned = isNew ? apiServer.add(address) : apiServer.remove(address) }
        if let node = endpoint.nodeName, node != nodeName {
          let isTurn = isNew ? otherNodes.add(address) : otherNodes.remove(address)
          hasTurned = isTurn || hasTurned
        }
        if hasTurned, let keys = claimants[address] { affected.formUnion(keys) }
      }
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
  var externalAddresses: [IPAddress] { externalIPs + loadBalancerIPs }
}
