/// What a service proxy asks for.
public enum Resource: String, Sendable, Hashable, CaseIterable {
  case services
  case endpointSlices = "endpointslices"
  case nodes

  public init?(kind: String) {
    guard let resource = Resource.allCases.first(where: { $0.kind == kind }) else { return nil }
    self = resource
  }

  public var kind: String {
    switch self {
    case .services: "Service"
    case .endpointSlices: "EndpointSlice"
    case .nodes: "Node"
    }
  }

  /// Empty for the core group.
  public var group: String { self == .endpointSlices ? "discovery.k8s.io" : "" }

  public var apiVersion: String { group.isEmpty ? "v1" : "\(group)/v1" }

  public var isNamespaced: Bool { self != .nodes }

  /// "/api/v1", "/apis/discovery.k8s.io/v1".
  var root: String { group.isEmpty ? "/api/v1" : "/apis/\(apiVersion)" }

  /// "/api/v1/services".
  public var path: String { "\(root)/\(rawValue)" }

  var message: ProtobufMessage {
    switch self {
    case .services: .service
    case .endpointSlices: .endpointSlice
    case .nodes: .node
    }
  }

  /// What an object without content, as in a bookmark, has besides its metadata.
  var emptyMembers: [Value.Member] {
    switch self {
    case .services: [.init("spec", [:]), .init("status", ["loadBalancer": [:]])]
    case .endpointSlices: [.init("addressType", ""), .init("endpoints", nil), .init("ports", nil)]
    case .nodes: [.init("spec", [:]), .init("status", Resource.emptyNodeStatus)]
    }
  }

  private static let emptyNodeStatus: Value = [
    "daemonEndpoints": ["kubeletEndpoint": ["Port": 0]],
    "nodeInfo": [
      "machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "", "osImage": "",
      "containerRuntimeVersion": "", "kubeletVersion": "", "kubeProxyVersion": "", "operatingSystem": "",
      "architecture": "",
    ],
  ]

  /// The fields that field selectors may name, with this object's values.
  func selectableFields(of object: Value) -> [String: String] {
    var fields = ["metadata.name": object["metadata"]["name"].string ?? ""]
    if isNamespaced { fields["metadata.namespace"] = object["metadata"]["namespace"].string ?? "" }
    switch self {
    case .services:
      fields["spec.clusterIP"] = object["spec"]["clusterIP"].string ?? ""
      fields["spec.type"] = object["spec"]["type"].string ?? ""
    case .nodes:
      fields["spec.unschedulable"] = object["spec"]["unschedulable"].bool == true ? "true" : "false"
    case .endpointSlices: break
    }
    return fields
  }
}
