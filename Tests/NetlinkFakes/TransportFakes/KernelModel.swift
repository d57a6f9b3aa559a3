import Addressing
import CNetlink
import Glibc
import Netlink

/// What a `CountingKernel` remembers: tables, with the kernel's error numbers and without its checks of values.
public struct KernelModel: Sendable {
  static let ipvsFamily: UInt16 = 32

  public struct Service: Sendable {
    public var service: IPVSService
    public var destinations: [IPVSDestination]

    public init(_ service: IPVSService, destinations: [IPVSDestination] = []) {
      self.service = service
      self.destinations = destinations
    }
  }

  public var hasIPVS = true
  public var services: [IPVSServiceKey: Service] = [:]
  public var timeouts = IPVSTimeouts(tcp: 900, tcpFin: 120, udp: 300)
  public var definitions: [String: SetDefinition] = [:]
  public var sets: [String: Set<SetElement>] = [:]
  /// Whether headers of sets say how many elements there are: old kernels' don't.
  public var tellsElements = true
  public var links: [Link] = []
  /// Nil without nf_tables.
  public var rulesGeneration: UInt32? = 1
  public var addresses: [InterfaceAddress] {
    get { Array(addressTable.values) }
    set { addressTable = Dictionary(newValue.map { ($0.key, $0) }, uniquingKeysWith: { $1 }) }
  }
  /// By key, so that one address costs the same among many.
  private var addressTable: [InterfaceAddress.Key: InterfaceAddress] = [:]
  public var flows: [ConntrackFlow] = []
  /// Whether dumps of flows are filtered by more than the family, as from 5.8 on.
  public var filtersFlows = true
  var nextLinkIndex: UInt32 = 2

  enum Reply {
    case done
    case refused(Int32)
    case refusedAtLine(Int32, UInt32)
    case answer(type: UInt16, payload: [UInt8])
    case table(type: UInt16, payloads: [[UInt8]])
  }

  mutating func perform(_ request: KernelRequest, refuseElement: (SetElement) -> Int32?) -> Reply {
    switch request {
    case .genericFamily:
      guard hasIPVS else { return .refused(ENOENT) }
      var builder = MessageBuilder(capacity: 64)
      builder.put(UInt32(CTRL_CMD_NEWFAMILY))
      builder.put(CTRL_ATTR_FAMILY_ID, u16: Self.ipvsFamily)
      return .answer(type: UInt16(CNL_GENL_ID_CTRL), payload: builder.bytes)
    case .ipvs(let request): return perform(request)
    case .route(let request): return perform(request)
    case .set(let request): return perform(request, refuseElement: refuseElement)
    case .nftables(let request): return perform(request)
    case .conntrack(let request): return perform(request)
    }
  }

  // MARK: nftables

  private func perform(_ request: NFTablesMessage) -> Reply {
    guard let rulesGeneration, request == .getGeneration else { return .refused(EINVAL) }
    return .answer(
      type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWGEN.rawValue),
      payload: Frame.payload {
        NFTablesMessage.newGeneration(RulesetGeneration(rulesGeneration)).encode(into: &$0)
      })
  }

  // MARK: IPVS

  private mutating func perform(_ request: IPVSRequest) -> Reply {
    switch request {
    case .newService(let service):
      if services[service.key] != nil { return .refused(EEXIST) }
      services[service.key] = Service(service)
    case .setService(let service):
      if services[service.key] == nil { return .refused(ESRCH) }
      services[service.key]?.service = service
    case .deleteService(let key):
      if services.removeValue(forKey: key) == nil { return .refused(ESRCH) }
    case .dumpServices:
      return table(services.values.map { .newService($0.service) })
    case .dumpDestinations(let key):
      return table((services[key]?.destinations ?? []).map { .newDestination($0, of: key) })
    case .newDestination(let destination, let key):
      guard services[key] != nil else { return .refused(ESRCH) }
      if index(of: destination, key) != nil { return .refused(EEXIST) }
      services[key]?.destinations.append(destination)
    case .setDestination(let destination, let key):
      guard services[key] != nil else { return .refused(ESRCH) }
      guard let index = index(of: destination, key) else { return .refused(ENOENT) }
      services[key]?.destinations[index] = destination
    case .deleteDestination(let destination, let key):
      guard services[key] != nil else { return .refused(ESRCH) }
      guard let index = index(of: destination, key) else { return .refused(ENOENT) }
      services[key]?.destinations.remove(at: index)
    case .setTimeouts(let timeouts): self.timeouts = timeouts
    case .getTimeouts:
      let timeouts = timeouts
      return .answer(
        type: Self.ipvsFamily,
        payload: Frame.payload {
          IPVSRequest.setTimeouts(timeouts).encode(into: &$0, family: Self.ipvsFamily)
        })
    }
    return .done
  }

  private func index(of destination: IPVSDestination, _ key: IPVSServiceKey) -> Int? {
    services[key]?.destinations.firstIndex {
      $0.address == destination.address && $0.port == destination.port
    }
  }

  private func table(_ rows: [IPVSRequest]) -> Reply {
    .table(
      type: Self.ipvsFamily,
      payloads: rows.map { row in Frame.payload { row.encode(into: &$0, family: Self.ipvsFamily) } })
  }

  // MARK: Links and addresses

  private mutating func perform(_ request: RouteRequest) -> Reply {
    switch request {
    case .newLink(var link):
      if links.contains(where: { $0.name == link.name }) { return .refused(EEXIST) }
      link.index = nextLinkIndex
      nextLinkIndex += 1
      links.append(link)
    case .getLink(let name):
      guard let link = links.first(where: { $0.name == name }) else { return .refused(ENODEV) }
      return .answer(
        type: UInt16(RTM_NEWLINK), payload: Frame.payload { RouteRequest.newLink(link).encode(into: &$0) })
    case .deleteLink(let index):
      guard links.contains(where: { $0.index == index }) else { return .refused(ENODEV) }
      links.removeAll { $0.index == index }
      addresses.removeAll { $0.interfaceIndex == index }
    case .newAddress(let address):
      guard links.contains(where: { $0.index == address.interfaceIndex }) else { return .refused(ENODEV) }
      addressTable[address.key] = address
    case .deleteAddress(let address):
      guard links.contains(where: { $0.index == address.interfaceIndex }) else { return .refused(ENODEV) }
      if addressTable.removeValue(forKey: address.key) == nil { return .refused(EADDRNOTAVAIL) }
    case .dumpAddresses(let index):
      let rows = addresses.filter { index == nil || $0.interfaceIndex == index }
      return .table(
        type: UInt16(RTM_NEWADDR),
        payloads: rows.map { row in Frame.payload { RouteRequest.newAddress(row).encode(into: &$0) } })
    }
    return .done
  }
}

extension InterfaceAddress {
  /// What makes two entries the same address to the kernel.
  fileprivate struct Key: Hashable, Sendable {
    var interfaceIndex: UInt32
    var address: IPAddress
    var prefixLength: UInt8
  }

  fileprivate var key: Key {
    Key(interfaceIndex: interfaceIndex, address: address, prefixLength: prefixLength)
  }
}
