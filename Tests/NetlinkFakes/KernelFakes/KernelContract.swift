import Addressing
import Glibc
import Reconciler

/// What every Kernel must do, as cases that run on FakeKernel and on the real one. Each case starts from a prepared
/// kernel without objects of ours and takes away what it made.
public struct ContractCase: Sendable, CustomStringConvertible {
  public let name: String
  public let run: @Sendable (any Kernel) async throws -> Void

  public var description: String { name }
}

/// Why a kernel does not keep the contract.
public struct ContractViolation: Error, CustomStringConvertible {
  public let description: String
}

public enum KernelContract {
  public static let cases: [ContractCase] = [
    ContractCase(name: "what is added is observed", run: addedIsObserved),
    ContractCase(name: "what is updated is observed", run: updatedIsObserved),
    ContractCase(name: "what is removed is gone, and removing it again succeeds", run: removedIsGone),
    ContractCase(name: "a virtual server takes its real servers along", run: realServersGoAlong),
    ContractCase(name: "adding a server twice is EEXIST", run: addingTwice),
    ContractCase(name: "adding a member or an address twice succeeds", run: addingMembersTwice),
    ContractCase(name: "changing what is missing is ESRCH or ENOENT", run: changingTheMissing),
    ContractCase(name: "an unknown scheduler is ENOENT", run: unknownScheduler),
    ContractCase(name: "a failure stops nothing else", run: failureStopsNothing),
    ContractCase(name: "every family and protocol", run: everyFamilyAndProtocol),
    ContractCase(name: "every set type", run: everySetType),
    ContractCase(name: "many operations at once", run: manyOperations),
    ContractCase(name: "hundreds of real servers of one virtual server", run: manyRealServers),
    ContractCase(name: "idle real servers have no connections", run: idleConnections),
    ContractCase(name: "the parts are those of the whole", run: partsOfTheWhole),
    ContractCase(name: "preparing twice changes nothing", run: preparingTwice),
  ]

  // MARK: - Cases

  private static func addedIsObserved(_ kernel: any Kernel) async throws {
    let server = VirtualServer(web, scheduler: Scheduler(rawValue: "wrr"), persistence: 600)
    let real = RealServer(pod(1), weight: 7)
    try await succeed(
      kernel,
      [.addMember(record), .addVirtualServer(server), .addRealServer(real, to: web), .addAddress(vip)])
    let state = try await kernel.observe()
    try expect(state.virtualServers[web] == VirtualServerState(server, realServers: [real]), state)
    try expect(state.addresses.contains(vip), state)
    try expect(state.contains(record), state)
    try await cleanUp(kernel)
  }

  private static func updatedIsObserved(_ kernel: any Kernel) async throws {
    try await succeed(
      kernel,
      [.addVirtualServer(VirtualServer(web, persistence: 60)), .addRealServer(RealServer(pod(1)), to: web)])
    let changed = VirtualServer(web, scheduler: Scheduler(rawValue: "sh"), schedulerFlags: .scheduler2)
    let quiet = RealServer(pod(1), weight: 0)
    try await succeed(kernel, [.updateVirtualServer(changed), .updateRealServer(quiet, of: web)])
    let state = try await kernel.observe()
    try expect(state.virtualServers[web] == VirtualServerState(changed, realServers: [quiet]), state)
    try await cleanUp(kernel)
  }

  private static func removedIsGone(_ kernel: any Kernel) async throws {
    try await succeed(
      kernel,
      [
        .addMember(record), .addVirtualServer(VirtualServer(web)),
        .addRealServer(RealServer(pod(1)), to: web),
        .addAddress(vip),
      ])
    let removal: [Operation] = [
      .removeAddress(vip), .removeRealServer(pod(1), from: web), .removeVirtualServer(web),
      .removeMember(record),
    ]
    try await succeed(kernel, removal)
    let state = try await kernel.observe()
    try expect(state.virtualServers[web] == nil && !state.addresses.contains(vip), state)
    try expect(!state.contains(record), state)
    try await succeed(kernel, removal)
  }

  private static func realServersGoAlong(_ kernel: any Kernel) async throws {
    try await succeed(
      kernel, [.addVirtualServer(VirtualServer(web)), .addRealServer(RealServer(pod(1)), to: web)])
    try await succeed(kernel, [.removeVirtualServer(web), .addVirtualServer(VirtualServer(web))])
    let state = try await kernel.observe()
    try expect(state.virtualServers[web]?.realServers.isEmpty ?? false, state)
    try await cleanUp(kernel)
  }

  private static func addingTwice(_ kernel: any Kernel) async throws {
    let operations: [Operation] = [
      .addVirtualServer(VirtualServer(web)), .addRealServer(RealServer(pod(1)), to: web),
    ]
    try await succeed(kernel, operations)
    try await expectErrnos(kernel, operations, [EEXIST, EEXIST])
    try await cleanUp(kernel)
  }

  private static func addingMembersTwice(_ kernel: any Kernel) async throws {
    try await succeed(kernel, [.addMember(record), .addAddress(vip)])
    try await succeed(kernel, [.addMember(record), .addAddress(vip)])
    try await cleanUp(kernel)
  }

  private static func changingTheMissing(_ kernel: any Kernel) async throws {
    try await expectErrnos(
      kernel,
      [
        .updateVirtualServer(VirtualServer(web)), .addRealServer(RealServer(pod(1)), to: web),
        .updateRealServer(RealServer(pod(1)), of: web),
      ], [ESRCH, ESRCH, ESRCH])
    try await succeed(kernel, [.addVirtualServer(VirtualServer(web))])
    try await expectErrnos(kernel, [.updateRealServer(RealServer(pod(1)), of: web)], [ENOENT])
    try await cleanUp(kernel)
  }

  private static func unknownScheduler(_ kernel: any Kernel) async throws {
    let server = VirtualServer(web, scheduler: Scheduler(rawValue: "nosuch"))
    try await expectErrnos(kernel, [.addVirtualServer(server)], [ENOENT])
  }

  private static func failureStopsNothing(_ kernel: any Kernel) async throws {
    let other = VirtualServerID(vip, port: 81, transport: .tcp)
    try await expectErrnos(
      kernel,
      [
        .addVirtualServer(VirtualServer(web)), .updateVirtualServer(VirtualServer(other)),
        .addRealServer(RealServer(pod(1)), to: web), .addRealServer(RealServer(pod(1)), to: web),
        .addRealServer(RealServer(pod(2)), to: web),
      ], [nil, ESRCH, nil, EEXIST, nil])
    let state = try await kernel.observe()
    try expect(Set(state.virtualServers[web]?.realServers.keys.map { $0 } ?? []) == [pod(1), pod(2)], state)
    try await cleanUp(kernel)
  }

  private static func everyFamilyAndProtocol(_ kernel: any Kernel) async throws {
    for (address, endpoint) in [(vip, podAddress(1)), (vip6, podAddress6(1))] {
      for transport in TransportProtocol.allCases {
        let id = VirtualServerID(address, port: 5060, transport: transport)
        let real = RealServer(RealServerID(endpoint, port: 15060))
        let member = IPSetEntry(
          IPSetID(.clusterIP, address.family), .addressPort(address, transport, 5060))
        try await succeed(
          kernel,
          [
            .addMember(member), .addVirtualServer(VirtualServer(id)), .addRealServer(real, to: id),
            .addAddress(address),
          ])
        let state = try await kernel.observe()
        try expect(
          state.virtualServers[id] == VirtualServerState(VirtualServer(id), realServers: [real]), state)
        try expect(state.contains(member) && state.addresses.contains(address), state)
        try await cleanUp(kernel)
      }
    }
  }

  private static func everySetType(_ kernel: any Kernel) async throws {
    var entries: [IPSetEntry] = []
    for (address, endpoint) in [(vip, podAddress(1)), (vip6, podAddress6(1))] {
      let family = address.family
      for kind in IPSetKind.allCases {
        entries += members(kind.type, address, endpoint).map { IPSetEntry(IPSetID(kind, family), $0) }
      }
    }
    try await succeed(kernel, entries.map(Operation.addMember))
    let full = try await kernel.observe()
    for entry in entries { try expect(full.contains(entry), "\(entry) is missing") }
    try await succeed(kernel, entries.map(Operation.removeMember))
    let empty = try await kernel.observe()
    for entry in entries { try expect(!empty.contains(entry), "\(entry) is still there") }
  }

  private static func manyOperations(_ kernel: any Kernel) async throws {
    let ids = (1...300).map { VirtualServerID(vip, port: UInt16($0), transport: .tcp) }
    let servers = ids.flatMap { id in
      [Operation.addVirtualServer(VirtualServer(id))]
        + (1...5).map { .addRealServer(RealServer(pod($0)), to: id) }
    }
    let members = ids.map {
      Operation.addMember(
        IPSetEntry(IPSetID(.clusterIP, .ipv4), .addressPort($0.address, .tcp, $0.port)))
    }
    try await succeed(kernel, members + servers)
    let state = try await kernel.observe()
    for id in ids { try expect(state.virtualServers[id]?.realServers.count == 5, "\(id)") }
    try expect(state.sets[IPSetID(.clusterIP, .ipv4)]?.count == 300, "members")
    try await cleanUp(kernel)
  }

  /// More than the kernel tells at a time, of both families.
  private static func manyRealServers(_ kernel: any Kernel) async throws {
    let ids = [
      web, VirtualServerID(IPAddress(ipv6High: 0xFD00_0096 << 32, low: 10), port: 80, transport: .tcp),
    ]
    let servers = (1...500).map { number in
      [
        RealServer(RealServerID(IPAddress(ipv4: 0x0A80_0000 + UInt32(number)), port: 8080)),
        RealServer(RealServerID(IPAddress(ipv6High: 0xFD00_0080 << 32, low: UInt64(number)), port: 8080)),
      ]
    }
    try await succeed(kernel, ids.map { .addVirtualServer(VirtualServer($0)) })
    for (index, id) in ids.enumerated() {
      try await succeed(kernel, servers.map { .addRealServer($0[index], to: id) })
    }
    let state = try await kernel.observe()
    for (index, id) in ids.enumerated() {
      try expect(state.virtualServers[id]?.realServers == SortedByID(servers.map { $0[index] }), "\(id)")
    }
    try await cleanUp(kernel)
  }

  private static func idleConnections(_ kernel: any Kernel) async throws {
    try await succeed(
      kernel, [.addVirtualServer(VirtualServer(web)), .addRealServer(RealServer(pod(1)), to: web)])
    let missing = VirtualServerID(vip, port: 999, transport: .tcp)
    let counts = try await kernel.connections(of: [web, missing])
    try expect(counts == [web: [pod(1): ConnectionCounts()]], counts)
    try await cleanUp(kernel)
  }

  private static func partsOfTheWhole(_ kernel: any Kernel) async throws {
    let server = VirtualServer(web, persistence: 600)
    try await succeed(
      kernel,
      [
        .addMember(record), .addVirtualServer(server), .addRealServer(RealServer(pod(1)), to: web),
        .addAddress(vip),
      ])
    let outline = try await kernel.read(.virtualServers)
    try expect(outline == .virtualServers([server]), outline)
    let missing = VirtualServerID(vip, port: 999, transport: .tcp)
    guard case .realServers(let lists) = try await kernel.read(.realServers(of: [web, missing])) else {
      throw ContractViolation(description: "not the real servers asked for")
    }
    try expect(lists.map(\.id) == [web, missing], lists)
    try expect(lists.first?.realServers == [RealServer(pod(1))], lists)
    // Kernels say of a virtual server that isn't there that it isn't, or that it has no real servers.
    try expect(lists.last?.realServers?.isEmpty ?? true, lists)
    let addresses = try await kernel.read(.addresses)
    try expect(addresses == .addresses([vip]), addresses)
    guard case .sets(let sets) = try await kernel.read(.sets) else {
      throw ContractViolation(description: "not the sets")
    }
    try expect(sets[record.set] == true, sets)
    try expect(sets.values.contains(false), sets)
    let members = try await kernel.read(.members(of: record.set))
    try expect(members == .members(record.set, [record.member]), members)
    try await cleanUp(kernel)
  }

  private static func preparingTwice(_ kernel: any Kernel) async throws {
    _ = try await kernel.prepare()
    let notices = try await kernel.prepare()
    try expect(notices.filter { $0.severity == .info }.isEmpty, notices)
  }
}
