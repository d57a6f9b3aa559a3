import Addressing
import Foundation
import Reconciler
import Testing

@testable import Kubernetes

func fixture(_ path: String) throws -> [UInt8] {
  let base = try #require(Bundle.module.resourcePath)
  return try FileSystem.read("\(base)/Fixtures/\(path)").bytes
}

func parse(_ text: String, file: String = "web.yaml") throws -> ParsedManifest {
  try ManifestParser.parse(Array(text.utf8), file: file)
}

/// A Service's manifest; `spec` is indented by two.
func serviceYAML(_ name: String, spec: String = "  clusterIP: 10.96.0.10\n  ports: [{port: 80}]\n") -> String
{
  "apiVersion: v1\nkind: Service\nmetadata:\n  name: \(name)\nspec:\n\(spec)"
}

func sliceYAML(_ name: String, service: String, address: String = "10.244.0.5") -> String {
  """
  apiVersion: discovery.k8s.io/v1
  kind: EndpointSlice
  metadata: {name: \(name), labels: {kubernetes.io/service-name: \(service)}}
  addressType: IPv4
  ports: [{port: 8080}]
  endpoints: [{addresses: [\(address)]}]

  """
}

func podYAML(_ name: String, ip: String, metadata: String = "", spec: String = "", status: String = "")
  -> String
{
  """
  apiVersion: v1
  kind: Pod
  metadata: {name: \(name), labels: {app: web}\(metadata)}
  spec: {nodeName: node-a\(spec)}
  status: {podIP: \(ip)\(status)}
  ---

  """
}

func services(in update: ManifestUpdate) -> [String: ServiceInput?] {
  var result: [String: ServiceInput?] = [:]
  for case .service(let key, let input) in update.batch.changes { result[key.name] = .some(input) }
  return result
}

func slices(in update: ManifestUpdate) -> [String: EndpointSliceInput?] {
  var result: [String: EndpointSliceInput?] = [:]
  for case .endpointSlice(let key, let input) in update.batch.changes { result[key.name] = .some(input) }
  return result
}

/// The changes of the node, in order.
func nodes(in update: ManifestUpdate) -> [NodeInput?] {
  update.batch.changes.compactMap { change in
    if case .node(let node) = change { return .some(node) }
    return nil
  }
}

/// The first load of a directory with this one file.
func load(_ text: String, node: String = "") async throws -> ManifestUpdate {
  let directory = try TestDirectory()
  try directory.write(text, to: "web.yaml")
  return await directory.source(persist: false, node: node).load()
}

/// A Service "web" with these annotations and this `spec`, both in flow style.
func annotatedYAML(_ annotations: String, spec: String = "ports: [{port: 80}]") -> String {
  """
  apiVersion: v1
  kind: Service
  metadata:
    name: web
    annotations: {\(annotations)}
  spec: {\(spec)}

  """
}

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
