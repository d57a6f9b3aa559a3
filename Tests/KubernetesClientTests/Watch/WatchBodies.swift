import Foundation
import Testing

@testable import KubernetesClient
@testable import KubernetesWire

/// Bodies as an API server writes them.
enum WatchBodies {
  static func recorded(_ name: String) throws -> [UInt8] {
    let base = try #require(Bundle.module.resourcePath)
    return Array(try Data(contentsOf: URL(filePath: "\(base)/Fixtures/watch/\(name)")))
  }

  static func service(_ name: String, _ version: Int, port: Int = 80, spec: String = "", meta: String = "")
    -> String
  {
    #"{"kind":"Service","apiVersion":"v1","metadata":{"name":"\#(name)","namespace":"default","uid":"\#(name)","resourceVersion":"\#(version)","creationTimestamp":"2026-01-01T00:00:00Z"\#(meta)},"spec":{"type":"ClusterIP","clusterIP":"10.96.1.1","clusterIPs":["10.96.1.1"],"ports":[{"port":\#(port)}]\#(spec)}}"#
  }

  static func slice(_ name: String, _ version: Int) -> String {
    #"{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"\#(name)","namespace":"default","uid":"\#(name)","resourceVersion":"\#(version)","labels":{"kubernetes.io/service-name":"\#(name)"}},"addressType":"IPv4","endpoints":[{"addresses":["10.244.0.1"]}],"ports":[{"port":8080}]}"#
  }

  static func node(_ name: String, _ version: Int, spec: String = "") -> String {
    #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"\#(name)","uid":"\#(name)","resourceVersion":"\#(version)"},"spec":{\#(spec)},"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}}"#
  }

  static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  static func bookmark(_ kind: ResourceKind, _ version: Int, endsList: Bool = false) -> String {
    let annotations = endsList ? #","annotations":{"k8s.io/initial-events-end":"true"}"# : ""
    return event(
      "BOOKMARK",
      #"{"kind":"\#(kind.name)","apiVersion":"\#(kind.apiVersion)","metadata":{"resourceVersion":"\#(version)"\#(annotations)}}"#
    )
  }

  /// A streaming list, whole.
  static func streamed(_ kind: ResourceKind, _ objects: [String], at version: Int) -> String {
    objects.map { event("ADDED", $0) }.joined() + bookmark(kind, version, endsList: true)
  }
}
