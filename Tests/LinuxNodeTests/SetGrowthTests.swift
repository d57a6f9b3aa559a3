import Addressing
import Glibc
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// Sets that pass the maximum they were made with.
@Suite struct SetGrowthTests {
  private static let name = IPSetID(.clusterIP, .ipv4).name

  /// A node whose KUBE-CLUSTER-IP holds `count` of at most `maximum` members.
  private func node(holding count: Int, of maximum: UInt32) async throws -> Node {
    let node = try await Node.ready()
    node.fake.modify { $0.definitions[Self.name]?.maximumElements = maximum }
    _ = await node.kernel.apply(additions(1, count))
    node.fake.resetCounts()
    return node
  }

  private func additions(_ first: Int, _ last: Int) -> [Operation] {
    first > last ? [] : (first...last).map { .addMember(clusterIPEntry($0)) }
  }

  @Test func `a full set grows and takes what it had refused`() async throws {
    let node = try await node(holding: 6, of: 8)

    let errors = await node.kernel.apply(additions(7, 12))

    #expect(errors == Array(repeating: nil, count: 6))
    #expect(node.fake.model.sets[Self.name]?.count == 12)
    #expect(node.fake.model.definitions[Self.name]?.maximumElements == 16)
  }

  @Test func `nothing is left of growing`() async throws {
    let node = try await node(holding: 8, of: 8)

    _ = await node.kernel.apply(additions(9, 9))

    #expect(node.fake.model.sets[SetClient.growthName] == nil)
  }

  @Test func `what a crash left while growing is no obstacle`() async throws {
    let node = try await node(holding: 8, of: 8)
    node.fake.modify { model in
      model.definitions[SetClient.growthName] = SetDefinition(SetClient.growthName, .hashIP, family: .ipv6)
      model.sets[SetClient.growthName] = []
    }

    let errors = await node.kernel.apply(additions(9, 9))

    #expect(errors == [nil])
    #expect(node.fake.model.sets[SetClient.growthName] == nil)
  }

  @Test func `what a crash left while growing goes with the next preparation`() async throws {
    let node = try await Node.ready()
    node.fake.modify { model in
      model.definitions[SetClient.growthName] = SetDefinition(SetClient.growthName, .hashIP, family: .ipv4)
      model.sets[SetClient.growthName] = []
    }

    _ = try await node.kernel.ensureSets([.ipv4])

    #expect(node.fake.model.sets[SetClient.growthName] == nil)
  }

  @Test func `a set that has grown is taken as it is`() async throws {
    let node = try await node(holding: 8, of: 8)
    _ = await node.kernel.apply(additions(9, 9))

    let notices = try await node.kernel.ensureSets([.ipv4])

    #expect(notices.isEmpty)
    #expect(node.fake.model.sets[Self.name]?.count == 9)
  }

  @Test func `a set grows once for all that it lacks`() async throws {
    let node = try await node(holding: 8, of: 8)

    _ = await node.kernel.apply(additions(9, 3000))

    let swaps = node.fake.requests.count { if case .set(.swap) = $0 { true } else { false } }
    #expect(swaps == 1)
    #expect(node.fake.model.definitions[Self.name]?.maximumElements == 4096)
    #expect(node.fake.model.sets[Self.name]?.count == 3000)
  }

  @Test func `a set that is not full costs nothing more`() async throws {
    let node = try await node(holding: 6, of: 8)

    _ = await node.kernel.apply(additions(7, 8))

    #expect(node.fake.counts.messages == 1)
  }

  @Test func `a removal behind an addition that needed room still comes after it`() async throws {
    let node = try await node(holding: 8, of: 8)

    let errors = await node.kernel.apply(additions(9, 9) + [.removeMember(clusterIPEntry(9))])

    #expect(errors == [nil, nil])
    #expect(node.fake.model.sets[Self.name]?.count == 8)
  }

  @Test func `where a set can't grow the additions fail and the set is as it was`() async throws {
    let node = try await node(holding: 8, of: 8)
    node.fake.refuse { request in
      if case .set(.swap) = request { return ENOMEM }
      return nil
    }

    let errors = await node.kernel.apply(additions(9, 10))

    #expect(errors.map { $0?.errno } == [ENOMEM, ENOMEM])
    #expect(errors.first??.object == "ipset add KUBE-CLUSTER-IP 10.96.0.9,tcp:443")
    #expect(node.fake.model.sets[Self.name]?.count == 8)
    #expect(node.fake.model.sets[SetClient.growthName] == nil)
  }

  @Test func `a set that stays full after growing is told of`() async throws {
    let node = try await Node.ready()
    node.fake.refuseElements(at: [1], errno: SetError.hashFull)

    let errors = await node.kernel.apply(additions(1, 2))

    #expect(errors.map { $0?.errno } == [SetError.hashFull, nil])
    #expect(errors.first??.hint == "the set is full (maxelem)")
  }
}
