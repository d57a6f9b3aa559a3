import Addressing

// Which addresses of a Service a node serves, and for whom; both families side by side, each address once.
extension Service {
  var servedExternalIPs: [IPAddress] {
    unique(spec.externalIPs.compactMap { IPAddress($0) }.filter { $0.flaw == nil })
  }

  /// Without those that the load balancer answers itself (ipMode Proxy).
  var servedLoadBalancerIPs: [IPAddress] {
    unique(ingress.map(\.address).filter { !$0.isNeverServed })
  }

  var sourceRangesInForce: [IPNetwork] {
    guard spec.type == .loadBalancer else { return [] }
    return unique(spec.loadBalancerSourceRanges.compactMap { IPNetwork(trimmed($0)) })
  }

  /// Load balancers report what they like: the API server accepts any address there.
  var unservedIngressNotes: [ObjectNote] {
    ingress.filter(\.address.isNeverServed).map { index, address in
      ObjectNote(
        .warning, path: ["status", "loadBalancer", "ingress"],
        field: "status.loadBalancer.ingress[\(index)].ip",
        message: "\(address) is \(address.flaw ?? "no Service address"): it is not served")
    }
  }

  private var ingress: [(index: Int, address: IPAddress)] {
    guard spec.type == .loadBalancer else { return [] }
    return status.loadBalancer.ingress.enumerated().compactMap { index, ingress in
      guard ingress.ipMode != .proxy, let address = ingress.ip.flatMap({ IPAddress($0) }) else { return nil }
      return (index, address)
    }
  }

  private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
  }
}

extension IPAddress {
  /// What keeps it from being an address that clients reach over the network; nil when nothing does.
  var flaw: String? {
    if isUnspecified { return "the unspecified address" }
    if isLoopback { return "a loopback address" }
    if isLinkLocal { return "a link-local address" }
    return isMulticast ? "a multicast address" : nil
  }

  /// As a load balancer's address. A link-local one makes sense on a single link, and kube-proxy serves it.
  fileprivate var isNeverServed: Bool { flaw != nil && !isLinkLocal }
}
