import KubernetesWire
import Testing

@testable import Kubernetes

/// The API server's answers and the manifest directory must not see the same objects differently.
@Suite struct ManifestAgreementTests {
  @Test(arguments: [
    (ResourceKind.service, "services.list.json"), (.service, "services.list.of-pb.json"),
    (.service, "services.list.after.json"), (.endpointSlice, "endpointslices.list.json"),
    (.endpointSlice, "endpointslices.list.of-pb.json"), (.endpointSlice, "endpointslices.list.after.json"),
    (.node, "nodes.list.json"), (.node, "nodes.list.of-pb.json"), (.node, "nodes.list.after.json"),
  ])
  func manifestsAndAPISayTheSame(_ kind: ResourceKind, _ file: String) throws {
    let body = try fixture(file)
    let parsed = try ManifestParser.parse(body, file: file)
    #expect(parsed.isWhole)
    let fromManifest = parsed.objects.map { Self.comparable($0.object) }
    let fromAPI = DecodedList(body, kind, .json).objects.map { Self.comparable(Self.manifest($0.object)) }
    #expect(fromAPI == fromManifest)
    #expect(!fromAPI.isEmpty)
  }

  private static func manifest(_ object: ClusterObject) -> ManifestObject {
    switch object {
    case .service(let service): .service(service)
    case .endpointSlice(let slice): .endpointSlice(slice)
    case .node(let node): .node(node)
    }
  }

  /// Without what only manifests keep.
  private static func comparable(_ object: ManifestObject) -> ManifestObject {
    guard case .service(var service) = object else { return object }
    service.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
    return .service(service)
  }

  @Test func taintsAreRead() throws {
    let node = try #require(DecodedList(try fixture("nodes.list.pb"), .node, .protobuf).objects.first)
    guard case .node(let node) = node.object else {
      Issue.record("no Node")
      return
    }
    #expect(node.spec.taints == [Taint(key: "node.kubernetes.io/not-ready", effect: "NoSchedule")])
  }
}
