import Addressing
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// What a change costs in messages and sends.
@Suite struct NetlinkKernelCostTests {
  @Test func `one real server more is one message`() async throws {
    let node = try await Node.ready()
    node.fake.modify {
      $0.services[virtualServer(1).id.wireKey] = .init(.init(virtualServer(1).id.wireKey, scheduler: "rr"))
    }

    let errors = await node.kernel.apply([.addRealServer(realServer(1), to: virtualServer(1).id)])

    #expect(errors == [nil])
    #expect(node.fake.counts.messages == 1)
    #expect(node.fake.counts.sends == 1)
  }

  @Test func `nothing to do sends nothing`() async throws {
    let node = try await Node.ready()

    let errors = await node.kernel.apply([])

    #expect(errors.isEmpty)
    #expect(node.fake.counts == TrafficCounts())
  }

  @Test func `members of one set travel in one message`() async throws {
    let node = try await Node.ready()

    _ = await node.kernel.apply((1...300).map { .addMember(clusterIPEntry($0)) })

    #expect(node.fake.counts.messages == 1)
    #expect(node.fake.counts.elements == 300)
  }

  @Test func `5,000 virtual servers with 5 real servers each take fewer than 300 sends`() async throws {
    let node = try await Node.ready()
    let count = 5000
    let members = (1...count).map { Operation.addMember(clusterIPEntry($0)) }
    let servers = (1...count).flatMap { number in
      [Operation.addVirtualServer(virtualServer(number))]
        + (0..<5).map { .addRealServer(realServer(number * 5 + $0), to: virtualServer(number).id) }
    }
    let addresses = (1...count).map { Operation.addAddress(virtualIP($0)) }

    var failures = 0
    for phase in [members, servers, addresses] {
      for start in stride(from: 0, to: phase.count, by: 2000) {
        let errors = await node.kernel.apply(Array(phase[start..<min(start + 2000, phase.count)]))
        failures += errors.count { $0 != nil }
      }
    }

    #expect(failures == 0)
    #expect(node.fake.counts.sends < 300)
    #expect(node.fake.model.services.count == count)
    #expect(node.fake.model.services.values.allSatisfy { $0.destinations.count == 5 })
    #expect(node.fake.model.sets["KUBE-CLUSTER-IP"]?.count == count)
    #expect(node.fake.model.addresses.count == count)
  }

  @Test func `a small socket buffer splits a batch into more sends`() async throws {
    let node = try await Node.ready(limits: SendLimits(bytes: 1024, messages: 4096))

    let errors = await node.kernel.apply((1...50).map { .addVirtualServer(virtualServer($0)) })

    #expect(errors.allSatisfy { $0 == nil })
    #expect(node.fake.counts.messages == 50)
    #expect(node.fake.counts.sends > 4)
    #expect(node.fake.model.services.count == 50)
  }

  @Test func `nothing is written for sets that are there`() async throws {
    let node = try await Node.ready()

    let notices = try await node.kernel.ensureSets([.ipv4])

    #expect(notices.isEmpty)
    #expect(node.fake.requests == [.set(.listHeaders)])
  }
}

extension VirtualServerID {
  var wireKey: IPVSServiceKey { .address(address, transport: transport.rawValue, port: port) }
}
