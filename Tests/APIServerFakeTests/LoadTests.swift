import Testing

@testable import APIServerFake

struct LoadTests {
  private let load = Load(services: 200, endpointsPerService: 5)

  @Test
  func theServicesAreOfTheWantedKinds() async throws {
    let specs = (0..<load.services).map { load.service($0)["spec"] }
    #expect(specs.count { $0["type"] == "LoadBalancer" } == 10)
    #expect(specs.count { $0["type"] == "NodePort" } == 20)
    #expect(specs.count { $0["sessionAffinity"] == "ClientIP" } == 40)
    #expect(Set(specs.map { $0["clusterIP"] }).count == 200)
    let nodePorts = specs.compactMap { $0["ports"][0]["nodePort"].integer }
    #expect(nodePorts.count == 30 && Set(nodePorts).count == 30)
    #expect(nodePorts.allSatisfy { (30000...32767).contains($0) })
  }

  @Test
  func nodePortsRunOutWithoutHarm() {
    let many = Load(services: 50_000, endpointsPerService: 1)
    let last = many.service(49_987)
    #expect(last["spec"]["type"] == "LoadBalancer")
    #expect(last["spec"]["allocateLoadBalancerNodePorts"] == false)
    #expect(last["spec"]["ports"][0]["nodePort"].isNull)
    #expect(many.service(49_983)["spec"]["type"] == "ClusterIP")
  }

  @Test
  func aReplacementChangesOneEndpoint() throws {
    let before = load.slices(7)[0]["endpoints"].elements.map { $0["addresses"][0] }
    let after = load.slices(7, replacements: 1)[0]["endpoints"].elements.map { $0["addresses"][0] }
    #expect(zip(before, after).count { $0 != $1 } == 1)
    #expect(before.count == 5 && Set(before + after).count == 6)
    let all = (0..<load.services).flatMap { index in (0..<5).map { load.endpointAddress(index, $0) } }
    #expect(Set(all).count == 1000)
  }

  @Test
  func aHundredEndpointsFillASlice() {
    let slices = Load(services: 1, endpointsPerService: 250).slices(0)
    #expect(slices.map { $0["endpoints"].elements.count } == [100, 100, 50])
    #expect(Set(slices.map { $0["metadata"]["name"] }).count == 3)
    let replaced = Load(services: 1, endpointsPerService: 250).slices(0, replacements: 1)
    #expect(zip(slices, replaced).map { $0 == $1 } == [false, true, true])
  }

  /// So that memory figures are honest: objects of a real cluster are 1 to 2 kB in JSON, half of it managedFields.
  @Test
  func theObjectsAreAsLargeAsRecordedOnes() async throws {
    let recorded = try Recording.value("services.list.json")["items"].elements
    let average = recorded.map(\.json.count).reduce(0, +) / recorded.count
    let sizes = (0..<load.services).map { load.service($0).json.count }
    let generated = sizes.reduce(0, +) / sizes.count
    #expect((average...average * 2).contains(generated))
  }
}
