import Addressing
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct AnnotationDiagnosticsTests {
  private static let bad = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        ipvs-proxy.io/scheduler: Fast
        ipvs-proxy.io/drain-timeout: 30s
    spec:
      ports: [{port: 80}]

    """

  @Test func annotationsReachTheInput() async throws {
    let update = try await load(
      annotatedYAML(
        "ipvs-proxy.io/scheduler: sh, ipvs-proxy.io/scheduler-flags: sh-port, ipvs-proxy.io/drain-timeout: 30s"
      ))
    let input = try #require(services(in: update)["web"] ?? nil)
    #expect(input.scheduler?.rawValue == "sh")
    #expect(input.schedulerFlags == .scheduler2)
    #expect(input.drainBound == .seconds(30))
    #expect(update.diagnostics == [])
  }

  @Test func aBadValueIsAWarningWithItsPlaceAndTheRestHolds() async throws {
    let update = try await load(Self.bad)
    #expect(
      update.diagnostics == [
        Diagnostic(
          .warning, file: "web.yaml", line: 6, object: "Service default/web",
          field: "metadata.annotations[ipvs-proxy.io/scheduler]",
          message:
            "\"Fast\" is not a scheduler's name (at most 15 of a-z, 0-9 and \"_\", such as rr); the node's scheduler holds"
        )
      ])
    let input = try #require(services(in: update)["web"] ?? nil)
    #expect(input.scheduler == nil)
    #expect(input.drainBound == .seconds(30))
    #expect(update.batch.isComplete)
  }

  @Test func aWarningIsToldOnceAndItsEndToo() async throws {
    let directory = try TestDirectory()
    try directory.write(Self.bad, to: "web.yaml")
    let source = directory.source()
    #expect(await source.load().diagnostics.map(\.severity) == [.warning])
    try directory.write(sliceYAML("s", service: "web"), to: "slice.yaml")
    #expect(await source.load().diagnostics == [])
    try directory.write(Self.bad.replacing("Fast", with: "lc"), to: "web.yaml")
    let healed = await source.load()
    #expect(healed.diagnostics.map(\.severity) == [.info])
    #expect(healed.diagnostics.first?.message.hasPrefix("no longer: \"Fast\" is not") == true)
    #expect(services(in: healed)["web"]??.scheduler?.rawValue == "lc")
  }

  @Test func aWarningHoldsAsLongAsItsObjectDoes() async throws {
    let directory = try TestDirectory()
    try directory.write(Self.bad, to: "web.yaml")
    let source = directory.source()
    _ = await source.load()
    try directory.write("a: [", to: "web.yaml")
    let broken = await source.load()
    #expect(broken.diagnostics.filter { $0.message.hasPrefix("no longer") } == [])
    #expect(broken.batch.changes == [])
  }

  @Test func misspeltAndMisplacedAnnotationsOfOursAreTold() async throws {
    let update = try await load(
      annotatedYAML("ipvs-proxy.io/schedular: lc, ipvs-proxy.io/weight: \"2\", example.com/weight: x"))
    #expect(update.diagnostics.map(\.severity) == [.warning, .warning])
    #expect(
      update.diagnostics.map(\.message) == [
        "is unknown and has no effect: there are ipvs-proxy.io/drain-timeout, ipvs-proxy.io/scheduler, ipvs-proxy.io/scheduler-flags, ipvs-proxy.io/weight",
        "has no effect on a Service: it is for EndpointSlice or Pod",
      ])
  }

  private func sliceWeight(_ text: String) async throws -> (weights: [UInt32], diagnostics: [Diagnostic]) {
    let update = try await load(
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: web-1
        labels: {kubernetes.io/service-name: web}
        annotations:
          ipvs-proxy.io/weight: "\(text)"
      addressType: IPv4
      endpoints: [{addresses: [10.244.0.5]}, {addresses: [10.244.0.6]}]
      """)
    let slice = try #require(slices(in: update)["web-1"] ?? nil)
    return (slice.endpoints.map(\.weight), update.diagnostics)
  }

  @Test(arguments: [("0", 0), ("7", 7), (" 65535 ", 65_535)] as [(String, UInt32)])
  func theWeightOfASliceIsThatOfItsEndpoints(_ text: String, _ weight: UInt32) async throws {
    let read = try await sliceWeight(text)
    #expect(read.weights == [weight, weight])
    #expect(read.diagnostics == [])
  }

  @Test(arguments: ["", "-1", "+1", "65536", "1.5", "heavy", "0x10"])
  func aBadWeightIsOneAndTold(_ text: String) async throws {
    let read = try await sliceWeight(text)
    #expect(read.weights == [1, 1])
    #expect(
      read.diagnostics == [
        Diagnostic(
          .warning, file: "web.yaml", line: 7, object: "EndpointSlice default/web-1",
          field: "metadata.annotations[ipvs-proxy.io/weight]",
          message: "\"\(text)\" is not a weight (0-65535): the weight is 1")
      ])
  }

  @Test func theWeightOfAPodIsItsOwn() async throws {
    func pod(_ name: String, _ ip: String, _ weight: String) -> String {
      podYAML(name, ip: ip, metadata: ", annotations: {ipvs-proxy.io/weight: \"\(weight)\"}")
    }
    let update = try await load(
      CoreInputsTests.web + pod("a", "10.244.0.1", "5") + podYAML("b", ip: "10.244.0.2")
        + pod("c", "10.244.0.3", "0") + pod("d", "10.244.0.4", "x"))
    let slice = try #require(slices(in: update)["web-pods-ipv4-8080"] ?? nil)
    #expect(slice.endpoints.map(\.weight) == [5, 1, 0, 1])
    #expect(update.diagnostics.map(\.object) == ["Pod default/d"])
    #expect(update.diagnostics.map(\.severity) == [.warning])
  }
}
