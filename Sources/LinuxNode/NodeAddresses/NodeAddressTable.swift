import Addressing
import Glibc
import Netlink

/// The node's addresses at which node ports can be served, kept up to date by notifications.
///
/// They are all addresses of all interfaces, also of those that are down, without
/// - those of kube-ipvs0, which are virtual IPs,
/// - loopback and link-local IPv6 addresses, as in kube-proxy,
/// - IPv6 addresses that aren't usable (yet): tentative ones and those somebody else has (RFC 4862),
/// - IPv6 privacy addresses (RFC 8981), which last hours and are nobody's to connect to.
struct NodeAddressTable {
  /// An address is on an interface once per prefix length.
  fileprivate struct Place: Hashable {
    var interfaceIndex: UInt32
    var address: IPAddress
    var prefixLength: UInt8
  }

  /// The index of kube-ipvs0; nil while it isn't there.
  private var deviceIndex: UInt32?
  private var places: Set<Place> = []

  init(deviceIndex: UInt32?, _ addresses: [InterfaceAddress]) {
    self.deviceIndex = deviceIndex
    for address in addresses { add(address) }
  }

  var addresses: Set<IPAddress> { Set(places.lazy.map(\.address)) }

  /// Takes up what the kernel told.
  /// - Returns: false when only looking at everything again tells what is: kube-ipvs0 was renamed.
  mutating func take(_ notification: RouteNotification) -> Bool {
    switch notification {
    case .addressChanged(let address): add(address)
    case .addressRemoved(let address): places.remove(Place(address))
    case .linkRemoved(let link):
      if link.index == deviceIndex { deviceIndex = nil }
      // Others' addresses have been told of one by one; this is for those that were lost.
      if places.contains(where: { $0.interfaceIndex == link.index }) {
        places = places.filter { $0.interfaceIndex != link.index }
      }
    case .linkChanged(let link):
      let isDevice = link.name == NetlinkKernel.deviceName
      if isDevice == (link.index == deviceIndex) { return true }
      guard isDevice else { return false }
      deviceIndex = link.index
      places = places.filter { $0.interfaceIndex != link.index }
    }
    return true
  }

  private mutating func add(_ address: InterfaceAddress) {
    if address.interfaceIndex != deviceIndex, address.servesNodePorts {
      places.insert(Place(address))
    } else {
      // It may have become unusable.
      places.remove(Place(address))
    }
  }
}

extension NodeAddressTable.Place {
  fileprivate init(_ address: InterfaceAddress) {
    self.init(
      interfaceIndex: address.interfaceIndex, address: address.address, prefixLength: address.prefixLength)
  }
}

extension InterfaceAddress {
  /// Whether node ports are served at the address, whatever its interface. Deprecated addresses count: connections to
  /// them work.
  var servesNodePorts: Bool {
    if address.isLoopback || address.isUnspecified || address.isMulticast { return false }
    guard address.family == .ipv6 else { return true }
    return !address.isLinkLocal && !isUnusable
  }
}
