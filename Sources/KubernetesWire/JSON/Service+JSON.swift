extension WireService: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "metadata":
      if let found: WireObjectMeta = try reader.optional() { metadata = found }
    case "spec":
      if let found: WireServiceSpec = try reader.optional() { spec = found }
    case "status":
      if let found: WireServiceStatus = try reader.optional() { status = found }
    default: try reader.skip()
    }
  }
}

extension WireServiceSpec: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "ports": try reader.read(into: &ports)
    case "selector": try reader.read(into: &selector)
    case "clusterIP": try reader.read(into: &clusterIp)
    case "clusterIPs": try reader.read(into: &clusterIps)
    case "type": try reader.read(into: &type)
    case "externalIPs": try reader.read(into: &externalIps)
    case "sessionAffinity": try reader.read(into: &sessionAffinity)
    case "sessionAffinityConfig":
      if let found: WireSessionAffinityConfig = try reader.optional() { sessionAffinityConfig = found }
    case "loadBalancerSourceRanges": try reader.read(into: &loadBalancerSourceRanges)
    case "externalName": try reader.read(into: &externalName)
    case "externalTrafficPolicy": try reader.read(into: &externalTrafficPolicy)
    case "internalTrafficPolicy": try reader.read(into: &internalTrafficPolicy)
    case "healthCheckNodePort": try reader.read(into: &healthCheckNodePort)
    case "publishNotReadyAddresses": try reader.read(into: &publishNotReadyAddresses)
    case "ipFamilyPolicy": try reader.read(into: &ipFamilyPolicy)
    case "ipFamilies": try reader.read(into: &ipFamilies)
    case "allocateLoadBalancerNodePorts":
      if let found: Bool = try reader.optional() { allocateLoadBalancerNodePorts = found }
    default: try reader.skip()
    }
  }
}

extension WireServicePort: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "name": try reader.read(into: &name)
    case "protocol": try reader.read(into: &`protocol`)
    case "port": try reader.read(into: &port)
    case "targetPort":
      if let found: WireIntOrString = try reader.optional() { targetPort = found }
    case "nodePort": try reader.read(into: &nodePort)
    case "appProtocol": try reader.read(into: &appProtocol)
    default: try reader.skip()
    }
  }
}

extension WireIntOrString: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) {
    self.init()
    if reader.isAtString {
      type = 1
      stringValue = try reader.string()
    } else {
      intValue = try reader.integer()
    }
  }
}

extension WireSessionAffinityConfig: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "clientIP":
      if let found: WireClientIPConfig = try reader.optional() { clientIp = found }
    default: try reader.skip()
    }
  }
}

extension WireClientIPConfig: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "timeoutSeconds":
      if let found: Int32 = try reader.optional() { timeoutSeconds = found }
    default: try reader.skip()
    }
  }
}

extension WireServiceStatus: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "loadBalancer":
      if let found: WireLoadBalancerStatus = try reader.optional() { loadBalancer = found }
    default: try reader.skip()
    }
  }
}

extension WireLoadBalancerStatus: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "ingress": try reader.read(into: &ingress)
    default: try reader.skip()
    }
  }
}

extension WireLoadBalancerIngress: JSONObject {
  mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(JSONFlaw) {
    switch member {
    case "ip": try reader.read(into: &ip)
    case "hostname": try reader.read(into: &hostname)
    case "ipMode": try reader.read(into: &ipMode)
    default: try reader.skip()
    }
  }
}
