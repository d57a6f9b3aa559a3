import Addressing
import Reconciler

extension KernelContract {
  static let vip = IPAddress(ipv4: 0x0A60_0101)
  static let vip6 = IPAddress(ipv6High: 0xFD00_0010_0096_0000, low: 0x101)
  static let web = VirtualServerID(vip, port: 80, transport: .tcp)
  static let record = IPSetEntry(IPSetID(.clusterIP, .ipv4), .addressPort(vip, .tcp, 80))

  static func podAddress(_ number: Int) -> IPAddress { IPAddress(ipv4: 0x0AF4_0000 + UInt32(number)) }
  static func podAddress6(_ number: Int) -> IPAddress {
    IPAddress(ipv6High: 0xFD00_0010_0244_0000, low: UInt64(number))
  }
  static func pod(_ number: Int) -> RealServerID { RealServerID(podAddress(number), port: 8080) }

  /// Members of each shape that a set of this type takes.
  static func members(_ type: IPSetType, _ address: IPAddress, _ other: IPAddress) -> [IPSetMember] {
    switch type {
    case .hashIP: [.address(address)]
    case .hashIPPort: TransportProtocol.allCases.map { .addressPort(address, $0, 443) }
    case .hashIPPortIP: TransportProtocol.allCases.map { .addressPortAddress(address, $0, 443, other) }
    case .hashIPPortNet:
      [other.family.addressBits, 24].compactMap { IPNetwork(other, prefixLength: $0) }
        .map { .addressPortNetwork(address, .tcp, 443, $0) }
    case .bitmapPort: [.port(0), .port(30000), .port(65535)]
    }
  }

  static func expect(_ condition: Bool, _ detail: Any) throws {
    if !condition { throw ContractViolation(description: "not as expected: \(detail)") }
  }

  static func succeed(_ kernel: any Kernel, _ operations: [Operation]) async throws {
    try await expectErrnos(kernel, operations, operations.map { _ in nil })
  }

  static func expectErrnos(_ kernel: any Kernel, _ operations: [Operation], _ expected: [Int32?]) async throws
  {
    let results = await kernel.apply(operations)
    guard results.count == operations.count else {
      throw ContractViolation(description: "\(operations.count) operations, \(results.count) results")
    }
    for ((operation, result), errno) in zip(zip(operations, results), expected) where result?.errno != errno {
      throw ContractViolation(
        description: "\(operation): errno \(errno ?? 0) expected, got \(result.map { "\($0)" } ?? "success")")
    }
  }

  /// Takes away every object that the cases use.
  static func cleanUp(_ kernel: any Kernel) async throws {
    let state = try await kernel.observe()
    var operations = state.addresses.map(Operation.removeAddress)
    operations += state.virtualServers.keys.map(Operation.removeVirtualServer)
    for (set, members) in state.sets {
      operations += members.map { .removeMember(IPSetEntry(set, $0)) }
    }
    try await succeed(kernel, operations)
  }
}
