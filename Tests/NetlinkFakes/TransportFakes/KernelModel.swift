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
  public var links: [Link] = []
  /// Nil without nf_tables.
  public var rulesGeneration: UInt32? = 1
  public var addresses: [InterfaceAddress] {
    get { Array(addressTable.values) }
    set { addressTable = Dictionary(newValue.map { ($0.key, $0) }, uniquingKeysWith: { $1 }) }
  }
  /// By key, so that one address costs the same among many.
  private var addressTable: [InterfaceAddress.Key: InterfaceAddress] = [:]
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

  // MARK: Sets

  private mutating func perform(_ request: SetRequest, refuseElement: (SetElement) -> Int32?) -> Reply {
    switch request {
    case .protocolVersion, .type:
      return .answer(type: UInt16(NFNL_SUBSYS_IPSET) << 8, payload: Self.versions)
    case .create(let definition, _):
      if let known = definitions[definition.name] { return known == definition ? .done : .refused(EEXIST) }
      definitions[definition.name] = definition
      sets[definition.name] = []
    case .destroy(let name):
      definitions[name] = nil
      if sets.removeValue(forKey: name) == nil { return .refused(ENOENT) }
    case .add(let elements, let name):
      return change(name, elements, refuseElement) { $0.insert($1) }
    case .delete(let elements, let name):
      return change(name, elements, refuseElement) { $0.remove($1) }
    case .listNames: return listing(sets.keys.map { .destroy(name: $0) })
    case .list(let name):
      guard let set = sets[name] else { return .refused(ENOENT) }
      let all = Array(set)
      return listing(
        stride(from: 0, to: all.count, by: 400).map {
          .add(Array(all[$0..<min($0 + 400, all.count)]), to: name)
        })
    }
    return .done
  }

  private mutating func change(
    _ name: String, _ elements: [SetElement], _ refuseElement: (SetElement) -> Int32?,
    _ apply: (inout Set<SetElement>, SetElement) -> Void
  ) -> Reply {
    guard var set = sets.removeValue(forKey: name) else { return .refused(ENOENT) }
    defer { sets[name] = set }
    for (index, element) in elements.enumerated() {
      if let errno = refuseElement(element) { return .refusedAtLine(errno, UInt32(index + 1)) }
      apply(&set, element)
    }
    return .done
  }

  private func listing(_ rows: [SetRequest]) -> Reply {
    .table(
      type: UInt16(NFNL_SUBSYS_IPSET) << 8 | UInt16(IPSET_CMD_LIST.rawValue),
      payloads: rows.map { row in Frame.payload { row.encode(into: &$0, protocolVersion: 6) } })
  }

  /// Protocol versions 6 to 7, type revisions 0 to 8.
  private static var versions: [UInt8] {
    var builder = MessageBuilder(capacity: 64)
    builder.put(UInt32(0))
    builder.put(IPSET_ATTR_PROTOCOL, u8: 7)
    builder.put(IPSET_ATTR_REVISION, u8: 8)
    builder.put(IPSET_ATTR_REVISION_MIN, u8: 0)
    return builder.bytes
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
