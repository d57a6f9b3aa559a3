import Addressing
import Testing

@testable import Reconciler

/// Which endpoints get connections, by policy, condition and hint. The cases follow kube-proxy's own table
/// (pkg/proxy/topology_test.go), in the core's words.
@Suite struct EndpointSelectionTests {
  private func selection(_ endpoints: [EndpointInput], zone: String? = "z1") -> EndpointSelection {
    EndpointSelection(
      of: ServicePortInput(port: 80), family: .ipv4, in: [slice("a", of: "web", endpoints)],
      nodeName: "node-a",
      zone: zone)
  }

  private func serving(_ endpoints: SortedByID<ListedEndpoint>) -> Set<String> {
    Set(
      endpoints.roles.compactMap { id, role in if case .serving = role { id.address.description } else { nil }
      })
  }

  private func hinted(_ text: String, zones: [String] = [], nodes: [String] = [], node: String = "node-b")
    -> EndpointInput
  {
    EndpointInput(address(text), nodeName: node, zoneHints: zones, nodeHints: nodes)
  }

  @Test func zoneHintsKeepTrafficInTheZone() {
    let found = selection([hinted("10.0.0.1", zones: ["z1"]), hinted("10.0.0.2", zones: ["z2"])])
    #expect(serving(found.cluster) == ["10.0.0.1"])
    #expect(found.hasHints)
  }

  @Test func oneEndpointWithoutAHintTurnsHintsOff() {
    let found = selection([hinted("10.0.0.1", zones: ["z1"]), hinted("10.0.0.2")])
    #expect(serving(found.cluster) == ["10.0.0.1", "10.0.0.2"])
  }

  @Test func hintsForOtherZonesOnlyAreIgnored() {
    #expect(serving(selection([hinted("10.0.0.1", zones: ["z2"])]).cluster) == ["10.0.0.1"])
  }

  @Test func aNodeWithoutAZoneIgnoresZoneHints() {
    let found = selection([hinted("10.0.0.1", zones: ["z1"]), hinted("10.0.0.2", zones: ["z2"])], zone: nil)
    #expect(serving(found.cluster) == ["10.0.0.1", "10.0.0.2"])
  }

  @Test func nodeHintsComeBeforeZoneHints() {
    let found = selection([
      hinted("10.0.0.1", zones: ["z1"], nodes: ["node-b"]),
      hinted("10.0.0.2", zones: ["z2"], nodes: ["node-a"]),
    ])
    #expect(serving(found.cluster) == ["10.0.0.2"])
  }

  @Test func hintsOfEndpointsThatAreNotReadyDoNotCount() {
    var unready = hinted("10.0.0.2")
    unready.isReady = false
    let found = selection([hinted("10.0.0.1", zones: ["z1"]), hinted("10.0.0.3", zones: ["z2"]), unready])
    #expect(serving(found.cluster) == ["10.0.0.1"])
  }

  @Test func whenNoneIsReadyTheTerminatingOnesOfAllZonesServe() {
    let endpoints = ["10.0.0.1", "10.0.0.2"].map { terminating($0) }
    #expect(serving(selection(endpoints).cluster) == ["10.0.0.1", "10.0.0.2"])
  }

  @Test func theLocalListHoldsEndpointsOfThisNodeAndKnowsNoHints() {
    let found = selection([
      hinted("10.0.0.1", zones: ["z2"], node: "node-a"), hinted("10.0.0.2", zones: ["z1"]),
    ])
    #expect(serving(found.local) == ["10.0.0.1"])
    #expect(serving(found.cluster) == ["10.0.0.2"])
  }

  @Test func theLocalListFallsBackToLocalTerminatingOnesOnly() {
    var local = terminating("10.0.0.1")
    local.nodeName = "node-a"
    let found = selection([local, terminating("10.0.0.2"), endpoint("10.0.0.3")])
    #expect(serving(found.local) == ["10.0.0.1"])
    #expect(serving(found.cluster) == ["10.0.0.3"])
  }

  @Test func weightsReachTheRoles() {
    let heavy = EndpointInput(address("10.0.0.1"), weight: 5)
    #expect(selection([heavy]).cluster.map(\.role) == [.serving(weight: 5)])
  }
}
