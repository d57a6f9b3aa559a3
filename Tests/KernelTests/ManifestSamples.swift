/// Manifests that the kernel tests write.
enum Sample {
  static func service(
    _ name: String, _ clusterIP: String, port: Int = 80, targetPort: Int = 8080, transport: String = "TCP",
    clusterIP6: String? = nil, extra: String = ""
  ) -> String {
    let addresses = [clusterIP, clusterIP6].compactMap { $0 }
    let families = clusterIP6 == nil ? "" : "\n  ipFamilyPolicy: RequireDualStack"
    return """
      apiVersion: v1
      kind: Service
      metadata:
        name: \(name)
      spec:
        clusterIP: \(clusterIP)
        clusterIPs: [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]\(families)
        selector:
          app: \(name)
        ports:
        - port: \(port)
          targetPort: \(targetPort)
          protocol: \(transport)
      \(extra)
      """
  }

  static func pod(_ number: Int, app: String, terminating: Bool = false) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata:
      name: \(app)-\(number)
      labels:
        app: \(app)\(terminating ? "\n  deletionTimestamp: \"2026-01-01T00:00:00Z\"" : "")
    spec:
      nodeName: node-a
      containers:
      - name: main
    status:
      podIPs:
      - ip: 10.244.0.\(number)
      - ip: fd00:10:244::\(number)
    """
  }

  static func documents(_ parts: [String]) -> String { parts.joined(separator: "\n---\n") + "\n" }
}
