import Addressing
import Reconciler
import Testing

@Suite struct DesiredStateTests {
  private func share(_ service: ServiceInput, _ slices: [EndpointSliceInput] = []) -> Share {
    Resolver(ResolverPolicy(nodeName: "node-a")).resolve(service, slices: slices)
  }

  @Test(arguments: [true, false]) func theOldestOfTwoWinsWhateverTheOrder(olderFirst: Bool) {
    let older = service("zeta", ["10.96.0.1"], createdAt: 1)
    let younger = service("alpha", ["10.96.0.1"], createdAt: 2)
    var desired = DesiredState()
    for service in olderFirst ? [older, younger] : [younger, older] {
      _ = desired.replace(service.key, with: share(service))
    }
    #expect(desired.winner(of: tcp("10.96.0.1")) == older.key)
    #expect(desired.conflicts(of: younger.key).map(\.winner) == [older.key])
    #expect(desired.conflicts(of: older.key).isEmpty)
  }

  @Test func theOtherTakesOverWhenTheOldestGoes() {
    let older = service("a", ["10.96.0.1"], createdAt: 1)
    let younger = service("b", ["10.96.0.1"], createdAt: 2)
    var desired = DesiredState()
    _ = desired.replace(older.key, with: share(older))
    let clash = desired.replace(younger.key, with: share(younger))
    #expect(clash.virtualServers.isEmpty)
    #expect(clash.conflicts.map(\.loser) == [younger.key])
    let change = desired.replace(older.key, with: nil)
    #expect(change.virtualServers == [tcp("10.96.0.1")])
    #expect(change.released.isEmpty)
    #expect(desired.winner(of: tcp("10.96.0.1")) == younger.key)
  }

  @Test func aSharedAddressStaysUntilItsLastPortGoes() {
    let two = service("two", ["10.96.0.1"], ports: [ServicePortInput(port: 80), ServicePortInput(port: 81)])
    let one = service("two", ["10.96.0.1"], ports: [ServicePortInput(port: 80)])
    var desired = DesiredState()
    _ = desired.replace(two.key, with: share(two))
    let change = desired.replace(one.key, with: share(one))
    #expect(change.released.contains(.virtualServer(tcp("10.96.0.1", 81))))
    #expect(!change.released.contains(.address(address("10.96.0.1"))))
    #expect(desired.wants(address("10.96.0.1")))
    let last = desired.replace(one.key, with: nil)
    #expect(last.released.contains(.address(address("10.96.0.1"))))
    #expect(!desired.wants(boundEntry(address("10.96.0.1"))))
  }

  @Test func whatDoesNotChangeIsNotMentioned() {
    let web = service("web", ["10.96.0.1", "fd96::1"])
    var desired = DesiredState()
    _ = desired.replace(web.key, with: share(web))
    let change = desired.replace(
      web.key, with: share(web, [slice("a", of: "web", [endpoint("10.244.0.1")])]))
    #expect(change.virtualServers == [tcp("10.96.0.1")])
  }
}
