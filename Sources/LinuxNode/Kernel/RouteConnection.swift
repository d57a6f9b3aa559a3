import Addressing
import Glibc
import Netlink

/// Links and addresses over one socket, on a thread of its own.
actor RouteConnection {
  private nonisolated let thread = KernelThread(name: "netlink-route")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<RouteClient>
  /// The device's index as last seen; it changes when somebody deletes the device and it is made again.
  private var knownIndex: UInt32?

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      RouteClient(NetlinkConnection(try transport(.route)))
    }
  }

  func link(named name: String) throws(NetlinkError) -> Link? {
    let link = try client.with { (client) throws(NetlinkError) in try client.link(named: name) }
    knownIndex = link?.index
    return link
  }

  func perform(_ requests: [RouteRequest]) -> [RequestResult] {
    client.batch(requests.count) { $0.perform(requests) }
  }

  /// The device's addresses; nil without the device.
  func addresses(ofDevice name: String) throws(NetlinkError) -> [InterfaceAddress]? {
    guard let link = try link(named: name) else { return nil }
    do throws(NetlinkError) {
      return try client.with { (client) throws(NetlinkError) in try client.addresses(of: link.index) }
    } catch .refused(let errno, _) where errno == ENODEV {
      return nil
    }
  }

  /// The addresses of all interfaces.
  func allAddresses() throws(NetlinkError) -> [InterfaceAddress] {
    try client.with { (client) throws(NetlinkError) in try client.addresses(of: nil) }
  }

  /// Adds and removes virtual IPs on the device. Where the device has been made anew since the last time, what failed
  /// for that is sent again.
  func apply(_ changes: [AddressChange], device: String) -> [RequestResult] {
    var results = send(changes, device: device)
    let stale = results.indices.filter { results[$0].refusedErrno == ENODEV }
    guard !stale.isEmpty, knownIndex != nil else { return results }
    knownIndex = nil
    for (index, result) in zip(stale, send(stale.map { changes[$0] }, device: device)) {
      results[index] = result
    }
    return results
  }

  private func send(_ changes: [AddressChange], device: String) -> [RequestResult] {
    do throws(NetlinkError) {
      if knownIndex == nil { _ = try link(named: device) }
    } catch {
      return [RequestResult](repeating: .failed(error), count: changes.count)
    }
    guard let index = knownIndex else {
      return [RequestResult](repeating: .refused(Refusal(errno: ENODEV)), count: changes.count)
    }
    return perform(changes.map { $0.request(on: index) })
  }
}

/// A virtual IP to add or to remove.
struct AddressChange: Sendable {
  var isAddition: Bool
  var address: IPAddress

  func request(on interfaceIndex: UInt32) -> RouteRequest {
    if isAddition { return .newAddress(.virtualIP(address, on: interfaceIndex)) }
    return .deleteAddress(
      InterfaceAddress(
        interfaceIndex: interfaceIndex, address: address, prefixLength: UInt8(address.family.addressBits)))
  }
}
