extension Load {
  public func service(_ index: Int) -> Value {
    let kind = kind(index)
    let nodePort = kind == .clusterIP ? nil : nodePort(index)
    let hasAffinity = affinityEvery > 0 && index % affinityEvery == 1 % affinityEvery
    var port: Value = ["name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080]
    if let nodePort { port["nodePort"] = .number(nodePort) }
    var spec: Value = [
      "ports": [port], "selector": ["app.kubernetes.io/name": .string(serviceName(index))],
      "clusterIP": .string(clusterIP(index)), "clusterIPs": [.string(clusterIP(index))],
      "type": kind == .clusterIP ? "ClusterIP" : kind == .nodePort ? "NodePort" : "LoadBalancer",
      "sessionAffinity": hasAffinity ? "ClientIP" : "None",
    ]
    if hasAffinity { spec["sessionAffinityConfig"] = ["clientIP": ["timeoutSeconds": 10800]] }
    if kind != .clusterIP { spec["externalTrafficPolicy"] = "Cluster" }
    spec["ipFamilies"] = ["IPv4"]
    spec["ipFamilyPolicy"] = "SingleStack"
    if kind == .loadBalancer { spec["allocateLoadBalancerNodePorts"] = .bool(nodePort != nil) }
    spec["internalTrafficPolicy"] = "Cluster"
    var status: Value = ["loadBalancer": [:]]
    if kind == .loadBalancer {
      status["loadBalancer"]["ingress"] = [
        ["ip": .string(Load.address(198, 18, index + 1)), "ipMode": "VIP"]
      ]
    }
    return [
      "kind": "Service", "apiVersion": "v1", "metadata": serviceMetadata(index, spec, kind), "spec": spec,
      "status": status,
    ]
  }

  /// The EndpointSlices of a Service after its pods have been replaced so often, one at a time.
  public func slices(_ index: Int, replacements: Int = 0) -> [Value] {
    let starts = stride(from: 0, to: max(endpointsPerService, 1), by: Load.endpointsPerSlice)
    return starts.map { start in
      let end = min(start + Load.endpointsPerSlice, endpointsPerService)
      let range = start..<max(start, end)
      let generation = range.reduce(1) { $0 + times($1, replaced: replacements) }
      let endpoints = range.map { endpoint(index, $0, replacements: replacements) }
      return [
        "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
        "metadata": sliceMetadata(index, part: start / Load.endpointsPerSlice, generation: generation),
        "addressType": "IPv4", "endpoints": .array(endpoints),
        "ports": [["name": "http", "protocol": "TCP", "port": 8080]],
      ]
    }
  }

  private func endpoint(_ index: Int, _ endpoint: Int, replacements: Int) -> Value {
    let address = endpointAddress(index, endpoint, replacements: replacements)
    let suffix = address.split(separator: ".").joined(separator: "-")
    let node = (index + endpoint) % max(nodes.count, 1)
    return [
      "addresses": [.string(address)],
      "conditions": ["ready": true, "serving": true, "terminating": false],
      "targetRef": [
        "kind": "Pod", "namespace": .string(namespace(index)),
        "name": .string("\(serviceName(index))-6d4cf56db6-\(suffix)"),
        "uid": .string(Load.uid("b", index * 1000 + endpoint)),
      ],
      "nodeName": .string(nodes.isEmpty ? "" : nodes[node]), "zone": .string("zone-\(node % 3)"),
    ]
  }

  public func node(_ index: Int) -> Value {
    let name = nodes[index]
    return [
      "kind": "Node", "apiVersion": "v1",
      "metadata": [
        "name": .string(name),
        "labels": [
          "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
          "topology.kubernetes.io/region": "region-0",
          "topology.kubernetes.io/zone": .string("zone-\(index % 3)"),
        ],
      ],
      "spec": [
        "podCIDR": .string("10.128.\(index).0/24"), "podCIDRs": [.string("10.128.\(index).0/24")],
      ],
      "status": [
        "capacity": ["cpu": "4", "memory": "16384Mi", "pods": "110"],
        "conditions": [
          [
            "type": "Ready", "status": "True", "lastHeartbeatTime": "2026-11-21T02:04:37Z",
            "lastTransitionTime": "2026-11-21T02:04:37Z", "reason": "KubeletReady",
            "message": "kubelet is posting ready status",
          ]
        ],
        "addresses": [
          ["type": "InternalIP", "address": .string("192.0.2.\(index + 1)")],
          ["type": "Hostname", "address": .string(name)],
        ],
        "daemonEndpoints": ["kubeletEndpoint": ["Port": 10250]],
        "nodeInfo": [
          "machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "6.1.0", "osImage": "",
          "containerRuntimeVersion": "containerd://2.1.0", "kubeletVersion": "v1.36.0",
          "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64",
        ],
      ],
    ]
  }
}
