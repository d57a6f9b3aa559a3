import Addressing
import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

/// The reasons given for endpoints are those that decided.
@Suite struct EndpointVerdictTests {
  @Test(arguments: 0..<200) func anEndpointIsSaidToServeExactlyWhenItDoes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let world = RandomWorld(&random)
    for service in world.services {
      for port in service.ports {
        for family in IPFamily.allCases {
          let selection = EndpointSelection(
            of: port, family: family, in: world.slices.filter { $0.service == service.key },
            nodeName: "node-a",
            zone: world.node?.zone)
          expect(selection.verdicts(in: .cluster), toMatch: selection.cluster)
          expect(selection.verdicts(in: .clusterForWantOfLocal), toMatch: selection.cluster)
          expect(selection.verdicts(in: .local), toMatch: selection.local)
        }
      }
    }
  }

  private func expect(
    _ verdicts: [RealServerID: EndpointVerdict], toMatch endpoints: SortedByID<ListedEndpoint>
  ) {
    #expect(Set(verdicts.keys) == Set(endpoints.keys))
    for endpoint in endpoints {
      let (id, role) = (endpoint.id, endpoint.role)
      switch (role, verdicts[id]) {
      case (.serving(let weight), .serving(let said)), (.serving(let weight), .servingLastResort(let said)):
        #expect(weight == said)
      case (.serving(weight: 0), .weightZero): break
      case (.finishing(isTerminating: true), .terminating): break
      case (.finishing, .otherNode): break
      case (.finishing(isTerminating: false), .notReady),
        (.finishing(isTerminating: false), .hintedElsewhere):
        break
      default: Issue.record("\(id) is \(role), and said to be \(String(describing: verdicts[id]))")
      }
    }
  }
}
