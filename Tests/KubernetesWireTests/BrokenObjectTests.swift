import Kubernetes
import KubernetesWire
import Testing

/// One object that can't be used, between two that can.
@Suite struct BrokenObjectTests {
  private static let goodService =
    #"{"metadata":{"name":"good","namespace":"default"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}}"#

  private func list(_ kind: ResourceKind, _ good: String, _ broken: String) -> DecodedList {
    let body = #"{"metadata":{"resourceVersion":"9"},"items":[\#(good),\#(broken),\#(good)]}"#
    return DecodedList(Array(body.utf8), kind, .json)
  }

  private func expectOnlyItselfLost(_ decoded: DecodedList, _ description: String) {
    #expect(decoded.undecodable.map(\.description) == [description])
    #expect(decoded.objects.count == 2)
    #expect(decoded.error == nil)
    #expect(decoded.metadata?.resourceVersion == "9")
  }

  @Test(arguments: [
    (#""ports":[{"port":80},{"port":70000}]"#, "spec.ports[1].port: 70000 is not a port (1-65535)"),
    (#""ports":[{"port":0}]"#, "spec.ports[0].port: 0 is not a port (1-65535)"),
    (#""ports":[{"port":80,"nodePort":-1}]"#, "spec.ports[0].nodePort: -1 is not a port (1-65535)"),
    (#""ports":[{"port":80,"targetPort":65536}]"#, "spec.ports[0].targetPort: 65536 is not a port (1-65535)"),
    (
      #""ports":[{"port":80,"protocol":"DCCP"}]"#,
      "spec.ports[0].protocol: \"DCCP\" is not one of TCP, UDP, SCTP"
    ),
    (#""ports":[{"port":"80"}]"#, "spec.ports[0].port: must be a whole number"),
    (#""ports":{}"#, "spec.ports: must be a list"),
    (
      #""type":"Magic""#, "spec.type: \"Magic\" is not one of ClusterIP, NodePort, LoadBalancer, ExternalName"
    ),
    (#""clusterIPs":["10.0.0.1","10.0.0.256"]"#, "spec.clusterIPs[1]: \"10.0.0.256\" is not an IP address"),
    (#""clusterIP":"x""#, "spec.clusterIP: \"x\" is not an IP address"),
    (#""externalIPs":["::1::"]"#, "spec.externalIPs[0]: \"::1::\" is not an IP address"),
    (#""sessionAffinity":"Sticky""#, "spec.sessionAffinity: \"Sticky\" is not one of None, ClientIP"),
    (
      #""sessionAffinityConfig":{"clientIP":{"timeoutSeconds":0}}"#,
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds: 0 is not in 1-86400 seconds"
    ),
    (
      #""loadBalancerSourceRanges":["10.0.0.0/33"]"#,
      "spec.loadBalancerSourceRanges[0]: \"10.0.0.0/33\" is not a network (address/length)"
    ),
    (
      #""externalTrafficPolicy":"Remote""#,
      "spec.externalTrafficPolicy: \"Remote\" is not one of Cluster, Local"
    ),
    (
      #""internalTrafficPolicy":"Remote""#,
      "spec.internalTrafficPolicy: \"Remote\" is not one of Cluster, Local"
    ),
    (#""ipFamilies":["IPv5"]"#, "spec.ipFamilies[0]: \"IPv5\" is not one of IPv4, IPv6"),
    (#""healthCheckNodePort":65536"#, "spec.healthCheckNodePort: 65536 is not a port (1-65535)"),
    (#""publishNotReadyAddresses":"yes""#, "spec.publishNotReadyAddresses: must be true or false"),
    (#""selector":{"app":1}"#, "spec.selector.app: must be a string"),
  ])
  func aServiceWithAnImpossibleValueLosesOnlyItself(_ spec: String, _ reason: String) {
    let broken = #"{"metadata":{"name":"bad","namespace":"ns","resourceVersion":"4"},"spec":{\#(spec)}}"#
    let decoded = list(.service, Self.goodService, broken)
    expectOnlyItselfLost(decoded, "Service ns/bad: \(reason)")
    #expect(decoded.undecodable.first?.resourceVersion == "4")
  }

  @Test(arguments: [
    (#""addressType":"IPv7""#, "addressType: \"IPv7\" is not one of IPv4, IPv6, FQDN"),
    (#""endpoints":[]"#, "addressType: is required"),
    (#""addressType":"IPv4","endpoints":[{}]"#, "endpoints[0].addresses: is required: at least one address"),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["fd00::1"]}]"#,
      "endpoints[0].addresses[0]: fd00::1 is not an IPv4 address"
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}]"#,
      "endpoints[0].addresses[0]: 127.0.0.1 is an unspecified, loopback, link-local or multicast address"
    ),
    (#""addressType":"IPv4","ports":[{"port":0}]"#, "ports[0].port: 0 is not a port (1-65535)"),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":1}}]"#,
      "endpoints[0].conditions.ready: must be true or false"
    ),
  ])
  func aSliceWithAnImpossibleValueLosesOnlyItself(_ content: String, _ reason: String) {
    let good = #"{"metadata":{"name":"good","namespace":"default"},"addressType":"IPv4"}"#
    let broken = #"{"metadata":{"name":"bad","namespace":"ns"},\#(content)}"#
    expectOnlyItselfLost(list(.endpointSlice, good, broken), "EndpointSlice ns/bad: \(reason)")
  }

  @Test(arguments: [
    (
      #"{"metadata":{"name":"bad"},"spec":{"podCIDRs":["10.0.0.0"]}}"#,
      "Node bad: spec.podCIDRs[0]: \"10.0.0.0\" is not a network (address/length)"
    ),
    (
      #"{"metadata":{"name":"bad"},"spec":{"podCIDRs":["10. 0.0.0/8"]}}"#,
      "Node bad: spec.podCIDRs[0]: \"10. 0.0.0/8\" is not a network (address/length)"
    ),
    (#"{"metadata":{"name":""}}"#, "Node without a readable name: metadata.name: is required"),
    (#"{}"#, "Node without a readable name: metadata.name: is required"),
    (#"7"#, "Node without a readable name: must be an object"),
    (
      #"{"metadata":{"name":"bad","creationTimestamp":"yesterday"}}"#,
      "Node bad: metadata.creationTimestamp: \"yesterday\" is not an RFC 3339 time"
    ),
    (#"{"metadata":{"name":"bad"},"spec":{"taints":nonsense}}"#, "Node bad: is no valid JSON"),
  ])
  func aNodeWithAnImpossibleValueLosesOnlyItself(_ broken: String, _ description: String) {
    expectOnlyItselfLost(list(.node, #"{"metadata":{"name":"good"}}"#, broken), description)
  }

  @Test func protobufIsCheckedByTheSameRules() {
    let port = Protobuf.number(3, 70000)
    let spec = Protobuf.bytes(2, Protobuf.bytes(1, port))
    let good = Protobuf.metadata("good") + Protobuf.bytes(2, Protobuf.text(3, "10.0.0.1"))
    let body = Protobuf.list("Service", version: "9", items: [good, Protobuf.metadata("bad") + spec, good])
    expectOnlyItselfLost(
      DecodedList(body, .service, .protobuf),
      "Service default/bad: spec.ports[0].port: 70000 is not a port (1-65535)")
  }

  @Test(arguments: [
    [0x12, 0x7F],  // a spec that claims 127 bytes
    [0x12, 0x02, 0x22, 0x05],  // a field in the spec that claims more than the spec
    [0x12, 0x04, 0x22, 0x02, 0xFF, 0xFE],  // a type that is no UTF-8
    [0x17],  // a wire type that doesn't exist
  ])
  func protobufThatIsBrokenInsideAnItemStillTellsItsName(_ rubbish: [UInt8]) {
    let good = Protobuf.metadata("good")
    let body = Protobuf.list(
      "Service", version: "9", items: [good, Protobuf.metadata("bad") + rubbish, good])
    let decoded = DecodedList(body, .service, .protobuf)
    #expect(decoded.undecodable.map(\.name) == [ObjectName(namespace: "default", name: "bad")])
    #expect(decoded.undecodable.first?.resourceVersion == "5")
    #expect(decoded.objects.count == 2)
    #expect(decoded.error == nil)
  }

  @Test(arguments: [
    ("010.000.0.09", "10.0.0.9"), ("::ffff:10.0.0.9", "10.0.0.9"), ("10.0.0.9", "10.0.0.9"),
    ("FD00:0::9", "fd00::9"),
  ])
  func addressesInOldSpellingsAreReadAsKubeProxyReadsThem(_ old: String, _ address: String) {
    let body =
      #"{"metadata":{"name":"old","namespace":"ns"},"spec":{"clusterIPs":["\#(old)"],"ports":[{"port":80}]}}"#
    guard case .service(let service) = list(.service, Self.goodService, body).objects[1].object else {
      return
    }
    #expect(service.spec.clusterIPs == [address])
    #expect(service.spec.clusterIP == address)
  }

  @Test(arguments: ["0x0a.0.0.1", "10.0.1", "10.0.0.", "10.0.0.1000000000000000000000000", "１.0.0.1", ""])
  func butNotWhatIsNoAddress(_ text: String) {
    let body = #"{"metadata":{"name":"bad","namespace":"ns"},"spec":{"clusterIPs":["\#(text)"]}}"#
    let reason = "spec.clusterIPs[0]: \"\(text)\" is not an IP address"
    expectOnlyItselfLost(list(.service, Self.goodService, body), "Service ns/bad: \(reason)")
  }

  @Test(arguments: [
    ("10.1.2.3/8", "10.0.0.0/8"), (" 010.0.0.0/8 ", "10.0.0.0/8"), ("fd00::/8", "fd00::/8"),
  ])
  func soAreNetworks(_ old: String, _ network: String) {
    let body = #"{"metadata":{"name":"n"},"spec":{"podCIDRs":["\#(old)"]}}"#
    guard case .node(let node) = list(.node, body, body).objects.first?.object else {
      Issue.record("no Node")
      return
    }
    #expect(node.spec.podCIDRs == [network])
  }

  @Test func nullIsTheSameAsNothing() {
    let body =
      #"{"metadata":{"name":"n","namespace":"ns","labels":null,"creationTimestamp":null},"spec":{"ports":null,"type":null}}"#
    let decoded = list(.service, Self.goodService, body)
    #expect(decoded.objects.count == 3)
    #expect(decoded.undecodable == [])
  }
}
