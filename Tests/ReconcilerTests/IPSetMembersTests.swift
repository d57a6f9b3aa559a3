import Addressing
import KernelFakes
import Reconciler
import SeededGenerator
import Testing

/// Members kept as numbers behave as a set of members does.
@Suite struct IPSetMembersTests {
  private func member(_ random: inout SeededGenerator) -> IPSetMember {
    let number = UInt32.random(in: 0..<4, using: &random)
    let port = UInt16.random(in: 0..<3, using: &random)
    let transport = TransportProtocol.allCases.randomElement(using: &random) ?? .tcp
    // ::1 and 0.0.0.1 are two, and so are the port 1 and the address 0.0.0.1.
    let address =
      Bool.random(using: &random) ? IPAddress(ipv4: number) : IPAddress(ipv6High: 0, low: UInt64(number))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .address(address)
    case 1: return .addressPort(address, transport, port)
    case 2: return .addressPortAddress(address, transport, port, IPAddress(ipv4: number))
    case 3: return .addressPortNetwork(address, transport, port, IPNetwork(host: address))
    default: return .port(port)
    }
  }

  @Test(arguments: 0..<20) func theyAreWhatWasPutInAndNotTakenOut(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var members = IPSetMembers()
    var expected: Set<IPSetMember> = []
    for _ in 0..<400 {
      let member = member(&random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        members.remove(member)
        expected.remove(member)
      } else {
        members.insert(member)
        expected.insert(member)
      }
      #expect(members.contains(member) == expected.contains(member))
    }
    #expect(Set(members) == expected)
    #expect(members.count == expected.count && members.isEmpty == expected.isEmpty)
    #expect(members == IPSetMembers(expected.shuffled(using: &random)))
  }

  @Test func theHighestNumbersComeBackToo() {
    let all: [IPSetMember] = [
      .address(IPAddress(ipv4: .max)), .addressPort(IPAddress(ipv4: .max), .sctp, .max), .port(.max),
    ]
    #expect(Set(IPSetMembers(all)) == Set(all))
  }
}
