import Addressing
import Testing

@testable import Reconciler

@Suite struct DesiredStateTests {
  private func share(_ service: ServiceInput, _ slices: [EndpointSliceInput] = []) -> Box<Share> {
    Box(Resolver(ResolverPolicy(nodeName: "node-a")).resolve(service, slices: slices))
  }

  @Test(arguments: [true, false]) func theOldestOfTwoWinsWhateverTheOrder(olderFirst: Bool) {
    let older = service("zeta", ["10.96.0.1"], createdAt: 1)
    let younger = service("alpha", ["10.96.0.1"], createdAt: 2)
    var desired = DesiredState()
    for service in olderFirst ? [older, younger] : [younger, older] {
      _ = desired.replace(nil, with: share(service))
    }
    #expect(desired.winner(of: tcp("10.96.0.1")) == older.key)
    #expect(desired.claimants(of: tcp("10.96.0.1")) == [older.key, younger.key])
  }

  @Test func theOtherTakesOverWhenTheOldestGoes() {
    let older = service("a", ["10.96.0.1"], createdAt: 1)
    let younger = service("b", ["10.96.0.1"], createdAt: 2)
    var desired = DesiredState()
    let olders = share(older)
    _ = desired.replace(nil, with: olders)
    let clash = desired.replace(nil, with: share(younger))
    #expect(clash.virtualServers.isEmpty)
    #expect(clash.conflicts.map(\.loser) == [younger.key])
    let change = desired.replace(olders, with: nil)
    #expect(change.virtualServers == [tcp("10.96.0.1")])
    #expect(change.released.isEmpty)
    #expect(desired.winner(of: tcp("10.96.0.1")) == younger.key)
  }

  @Test func aSharedAddressStaysUntilItsLastPortGoes() {
    let two = share(
      service("two", ["10.96.0.1"], ports: [ServicePortInput(port: 80), ServicePortInput(port: 81)]))
    let one = share(service("two", ["10.96.0.1"], ports: [ServicePortInput(port: 80)]))
    var desired = DesiredState()
    _ = desired.replace(nil, with: two)
    let change = desired.replace(two, with: one)
    #expect(change.released.contains(.virtualServer(tcp("10.96.0.1", 81))))
    #expect(!change.released.contains(.address(address("10.96.0.1"))))
    #expect(desired.wants(address("10.96.0.1")))
    let last = desired.replace(one, with: nil)
    #expect(last.released.contains(.address(address("10.96.0.1"))))
    #expect(!desired.wants(boundEntry(address("10.96.0.1"))))
  }

  @Test func whatDoesNotChangeIsNotMentioned() {
    let web = service("web", ["10.96.0.1", "fd96::1"])
    var desired = DesiredState()
    let before = share(web)
    _ = desired.replace(nil, with: before)
    let change = desired.replace(
      before, with: share(web, [slice("a", of: "web", [endpoint("10.244.0.1")])]))
    #expect(change.virtualServers == [tcp("10.96.0.1")])
  }
}
