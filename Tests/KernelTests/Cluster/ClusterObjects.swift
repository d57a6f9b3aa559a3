/// Objects as an API server has them, each on one line of JSON.
enum ClusterObject {
  /// The lab's node.
  static func node(taints: [String] = []) -> String {
    let taints = taints.map { #"{"key": "\#($0)", "value": "1792000000", "effect": "NoSchedule"}"# }
    let addresses = [Lab.nodeAddress, Lab.nodeAddress6].map {
      #"{"type": "InternalIP", "address": "\#($0)"}"#
    }
    return #"{"kind": "Node", "metadata": {"name": "node-a"}, "spec": {"taints": \#(list(taints))}, "#
      + #""status": {"addresses": \#(list(addresses))}}"#
  }

  /// Port 80 for the pods' 8080. `spec` adds members, each with a comma before it.
  static func service(
    _ name: String, _ clusterIP: String, type: String = "ClusterIP", spec: String = "", ingress: [String] = []
  ) -> String {
    let ingress = ingress.map { #"{"ip": "\#($0)", "ipMode": "VIP"}"# }
    return #"{"kind": "Service", "metadata": {"name": "\#(name)", "namespace": "default"}, "#
      + #""spec": {"type": "\#(type)", "clusterIP": "\#(clusterIP)", "clusterIPs": ["\#(clusterIP)"], "#
      + #""ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080}], "#
      + #""sessionAffinity": "None", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "#
      + #""internalTrafficPolicy": "Cluster"\#(spec)}, "status": {"loadBalancer": {"ingress": \#(list(ingress))}}}"#
  }

  struct Endpoint {
    let address: String
    let node: String
    let isTerminating: Bool

    init(_ address: String, on node: String = "node-a", isTerminating: Bool = false) {
      self.address = address
      self.node = node
      self.isTerminating = isTerminating
    }

    fileprivate var json: String {
      #"{"addresses": ["\#(address)"], "nodeName": "\#(node)", "conditions": {"ready": \#(!isTerminating), "#
        + #""serving": true, "terminating": \#(isTerminating)}}"#
    }
  }

  /// A Service's only slice.
  static func slice(_ service: String, _ endpoints: [Endpoint]) -> String {
    #"{"kind": "EndpointSlice", "metadata": {"name": "\#(service)-abc12", "namespace": "default", "#
      + #""labels": {"kubernetes.io/service-name": "\#(service)"}}, "addressType": "IPv4", "#
      + #""ports": [{"name": "http", "protocol": "TCP", "port": 8080}], "#
      + #""endpoints": \#(list(endpoints.map(\.json)))}"#
  }

  /// The slice with these of the lab's pods, all ready.
  static func slice(_ service: String, pods: Int...) -> String {
    slice(service, pods.map { Endpoint("10.244.0.\($0)") })
  }

  private static func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ", "))]" }
}
