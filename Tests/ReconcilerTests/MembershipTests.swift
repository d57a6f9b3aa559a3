import Addressing
import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

@Suite struct MembershipTests {
  private static let kinds: [IPSetKind] = [
    .clusterIP, .externalIP, .externalIPLocal, .loadBalancer, .loadBalancerLocal, .loadBalancerFirewall,
    .loadBalancerSourceIP, .nodePortTCP, .nodePortLocalTCP, .nodePortUDP, .nodePortLocalUDP, .nodePortSCTP,
    .nodePortLocalSCTP, .noLocalEndpoints,
  ]

  private static let ids = [tcp("10.96.0.1"), tcp("10.96.0.1", 81), udp("10.96.0.1"), tcp("fd96::1")]

  @Test(arguments: 0..<50)
  func itHoldsWhatItsMembersAreAndNothingElse(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ranges = try ["192.0.2.0/24", "198.51.100.7/32", "fd00::/8"].map { try #require(IPNetwork($0)) }
    func some<Element>(_ elements: [Element]) -> [Element] {
      elements.filter { _ in Bool.random(using: &random) }
    }
    let memberships = (0..<2).map { _ in Membership(some(Self.kinds), sourceRanges: some(ranges)) }
    let id = try #require(Self.ids.randomElement(using: &random))
    let members = memberships[0].members(of: id)
    #expect(Set(members).count == members.count)
    for other in Self.ids {
      for entry in memberships[1].members(of: other) {
        #expect(memberships[0].contains(entry, of: id) == members.contains(entry), "\(entry) of \(id)")
      }
    }
    #expect(members.allSatisfy { memberships[0].contains($0, of: id) })
  }

  @Test(arguments: kinds)
  func eachSetOfAVirtualServerHasItsMember(_ kind: IPSetKind) {
    let members = Membership([kind]).members(of: tcp("10.96.0.1"))
    #expect(members.map(\.set.kind) == [kind])
  }

  /// Node ports and hairpin members are needed by several; all others name their virtual server.
  @Test(arguments: kinds)
  func allButNodePortsNameTheirVirtualServer(_ kind: IPSetKind) {
    let id = tcp("10.96.0.1")
    for entry in Membership([kind]).members(of: id) {
      #expect(entry.namedVirtualServer == (kind.type == .bitmapPort ? nil : id))
    }
  }
}
