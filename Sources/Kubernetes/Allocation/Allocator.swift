import Addressing
import Reconciler

/// Hands out cluster addresses and node ports: pure, deterministic, and never one number twice.
///
/// Who comes first: what is recorded, as connections depend on it; then what manifests name, the older Service first
/// (creationTimestamp, then namespace and name); then what is still missing, in the same order.
struct Allocator {
  struct Outcome {
    var allocations: [ServiceKey: ServiceAllocation] = [:]
    var errors: [ServiceKey: AllocationError] = [:]
    /// What to keep for the next time.
    var records: [ServiceKey: AllocationRecord] = [:]
  }

  private let configuration: AllocationConfiguration
  private var addresses: [IPAddress: ServiceKey] = [:]
  private var ports: [ProtocolPort: ServiceKey] = [:]
  private var outcome = Outcome()

  private struct ProtocolPort: Hashable {
    let `protocol`: PortProtocol
    let port: UInt16
  }

  /// Allocates for Services with different keys; headless and ExternalName Services get nothing. `records` is what was
  /// handed out before. With `keepsUnknown`, records of Services that are not there stay reserved: the manifests are not
  /// known whole.
  static func allocate(
    _ services: [Service], records: [ServiceKey: AllocationRecord], configuration: AllocationConfiguration,
    keepsUnknown: Bool
  ) -> Outcome {
    var allocator = Allocator(configuration: configuration)
    let services = services.filter(\.hasClusterIPs)
      .sorted { ($0.metadata.createdAt, $0.key) < ($1.metadata.createdAt, $1.key) }
    let present = Set(services.lazy.map(\.key))
    if keepsUnknown {
      for (key, record) in records where !present.contains(key) { allocator.keep(record, of: key) }
    }
    for service in services { allocator.reserveRecorded(service, records[service.key]) }
    for service in services { allocator.reserveExplicit(service) }
    for service in services where allocator.outcome.errors[service.key] == nil { allocator.complete(service) }
    return allocator.outcome
  }

  private init(configuration: AllocationConfiguration) { self.configuration = configuration }

  // MARK: Recorded

  private mutating func keep(_ record: AllocationRecord, of key: ServiceKey) {
    outcome.records[key] = record
    for address in record.clusterIPs { addresses[address] = key }
    for port in record.nodePorts {
      ports[ProtocolPort(protocol: port.protocol, port: port.nodePort)] = key
    }
    if let port = record.healthCheckNodePort { ports[ProtocolPort(protocol: .tcp, port: port)] = key }
  }

  /// Takes over the part of a record that the Service still needs; the rest is free.
  private mutating func reserveRecorded(_ service: Service, _ record: AllocationRecord?) {
    guard let record else { return }
    var kept = AllocationRecord()
    let explicit = service.explicitClusterIPs.map(\.family)
    for address in record.clusterIPs
    where !explicit.contains(address.family) && families(of: service).wanted.contains(address.family)
      && isUsable(address) && addresses[address] == nil
    {
      addresses[address] = service.key
      kept.clusterIPs.append(address)
    }
    for port in service.spec.ports where service.wantsNodePorts && port.nodePort == nil {
      guard let number = record.nodePort(for: port), configuration.nodePorts.contains(number),
        ports[ProtocolPort(protocol: port.protocol, port: number)] == nil
      else { continue }
      keepNodePort(number, for: port, of: service, &kept)
    }
    let healthCheck = record.healthCheckNodePort.map { ProtocolPort(protocol: .tcp, port: $0) }
    if let healthCheck, service.needsHealthCheck, service.spec.healthCheckNodePort == nil,
      configuration.nodePorts.contains(healthCheck.port), ports[healthCheck] == nil
    {
      ports[healthCheck] = service.key
      kept.healthCheckNodePort = healthCheck.port
    }
    if !kept.isEmpty { outcome.records[service.key] = kept }
  }

  private mutating func keepNodePort(
    _ number: UInt16, for port: ServicePort, of service: Service, _ record: inout AllocationRecord
  ) {
    ports[ProtocolPort(protocol: port.protocol, port: number)] = service.key
    record.nodePorts.append(
      AllocatedNodePort(name: port.name, protocol: port.protocol, port: port.port, nodePort: number))
  }

  private func isUsable(_ address: IPAddress) -> Bool {
    guard let range = configuration.range(address.family), range.contains(address) else { return false }
    return address != range.address && (address.family == .ipv6 || !isBroadcast(address, range))
  }

  private func isBroadcast(_ address: IPAddress, _ range: IPNetwork) -> Bool {
    address.advanced(by: 1).map { !range.contains($0) } ?? true
  }

  // MARK: Named by the manifest

  /// All or nothing: a Service that can't have one of its numbers takes none.
  private mutating func reserveExplicit(_ service: Service) {
    let key = service.key
    for (index, address) in service.explicitClusterIPs.enumerated() {
      if let holder = addresses[address], holder != key {
        let field = index == 0 ? "spec.clusterIP" : "spec.clusterIPs[\(index)]"
        outcome.errors[key] = AllocationError(
          field: field, message: "\(address) is the address of Service \(holder)")
        return
      }
    }
    let wanted = explicitPorts(of: service)
    for (field, port) in wanted {
      if let holder = ports[port], holder != key {
        outcome.errors[key] = AllocationError(
          field: field, message: "\(port.port)/\(port.protocol.rawValue) is a node port of Service \(holder)")
        return
      }
    }
    for address in service.explicitClusterIPs { addresses[address] = key }
    for (_, port) in wanted { ports[port] = key }
  }

  private func explicitPorts(of service: Service) -> [(field: String, port: ProtocolPort)] {
    var result: [(field: String, port: ProtocolPort)] = []
    for (index, port) in service.spec.ports.enumerated() {
      guard let nodePort = port.nodePort else { continue }
      result.append(
        ("spec.ports[\(index)].nodePort", ProtocolPort(protocol: port.protocol, port: nodePort)))
    }
    if let port = service.spec.healthCheckNodePort, service.needsHealthCheck {
      result.append(("spec.healthCheckNodePort", ProtocolPort(protocol: .tcp, port: port)))
    }
    return result
  }

  // MARK: Still missing

  private mutating func complete(_ service: Service) {
    var record = outcome.records[service.key] ?? AllocationRecord()
    var allocation = ServiceAllocation()
    do throws(AllocationError) {
      allocation.clusterIPs = try clusterIPs(of: service, &record)
      allocation.nodePorts = try nodePorts(of: service, &record)
      allocation.healthCheckNodePort = try healthCheckNodePort(of: service, &record)
      outcome.allocations[service.key] = allocation
    } catch {
      outcome.errors[service.key] = error
    }
    outcome.records[service.key] = record.isEmpty ? nil : record
  }

  private mutating func clusterIPs(
    of service: Service, _ record: inout AllocationRecord
  ) throws(AllocationError) -> [IPAddress] {
    let families = families(of: service)
    if let missing = families.missing {
      throw AllocationError(
        field: "spec.ipFamilies", message: "there is no service cluster IP range for \(missing)")
    }
    var result: [IPAddress] = []
    for family in families.wanted {
      if let given = service.explicitClusterIPs.first(where: { $0.family == family }) {
        result.append(given)
      } else if let recorded = record.clusterIPs.first(where: { $0.family == family }) {
        result.append(recorded)
      } else {
        let address = try freeAddress(family, service.key)
        addresses[address] = service.key
        record.clusterIPs.append(address)
        result.append(address)
      }
    }
    return result
  }

  private func freeAddress(_ family: IPFamily, _ key: ServiceKey) throws(AllocationError) -> IPAddress {
    guard let range = configuration.range(family) else {
      throw AllocationError(
        field: "spec.ipFamilies", message: "there is no service cluster IP range for \(family)")
    }
    for offset in CandidateOrder.offsets(in: range, owner: key.description) {
      if let address = range.address.advanced(by: offset), addresses[address] == nil { return address }
    }
    throw AllocationError(
      field: "spec.clusterIP", message: "no address is free in the service cluster IP range \(range)")
  }

  private mutating func nodePorts(
    of service: Service, _ record: inout AllocationRecord
  ) throws(AllocationError) -> [UInt16] {
    var result: [UInt16] = []
    for (index, port) in service.spec.ports.enumerated() {
      if let given = port.nodePort {
        result.append(given)
      } else if !service.wantsNodePorts {
        result.append(0)
      } else if let recorded = record.nodePorts.first(where: {
        $0.name == port.name && $0.protocol == port.protocol
      }) {
        result.append(recorded.nodePort)
      } else {
        let number = try freePort(
          "\(service.key):\(port.name ?? "")/\(port.protocol.rawValue)", "spec.ports[\(index)].nodePort")
        keepNodePort(number, for: port, of: service, &record)
        result.append(number)
      }
    }
    return result
  }

  /// From the same range, as in the API server; 0 when there is none.
  private mutating func healthCheckNodePort(
    of service: Service, _ record: inout AllocationRecord
  ) throws(AllocationError) -> UInt16 {
    guard service.needsHealthCheck else { return 0 }
    if let port = service.spec.healthCheckNodePort ?? record.healthCheckNodePort { return port }
    let port = try freePort("\(service.key) health check", "spec.healthCheckNodePort")
    ports[ProtocolPort(protocol: .tcp, port: port)] = service.key
    record.healthCheckNodePort = port
    return port
  }

  /// A number that no protocol uses: nobody expects two Services behind one number.
  private func freePort(_ owner: String, _ field: String) throws(AllocationError) -> UInt16 {
    for number in CandidateOrder.ports(in: configuration.nodePorts, owner: owner) {
      let number = UInt16(number)
      let isFree = PortProtocol.allCases.allSatisfy { ports[ProtocolPort(protocol: $0, port: number)] == nil }
      if isFree { return number }
    }
    let range = configuration.nodePorts
    throw AllocationError(
      field: field, message: "no port is free in the node port range \(range.lowerBound)-\(range.upperBound)")
  }

  private func families(of service: Service) -> (wanted: [IPFamily], missing: IPFamily?) {
    ServiceFamilies.wanted(by: service, configuration)
  }
}
