extension Settings {
  static let source: [Setting] = [
    Setting(
      "kubeconfig", "clientConnection.kubeconfig", .text(\.client.kubeconfig), in: .source,
      "kubeconfig file for the API server; without it and --master, the pod's service account.",
      valueName: "file"),
    Setting(
      "master", nil, .text(\.client.master), in: .source,
      "Address of the API server; goes before the kubeconfig's.", valueName: "url",
      staysBesideConfigFile: true),
    Setting(
      "kube-api-content-type", "clientConnection.contentType",
      .text(\.client.contentType, check: apiContentType), in: .source,
      "Format of what the API server sends: application/vnd.kubernetes.protobuf or application/json.",
      valueName: "type", zero: .isDefaultInFile),
    Setting(
      nil, "clientConnection.acceptContentTypes", .text(\.client.acceptContentTypes), in: .source,
      "Formats to accept from the API server, comma-separated; empty for contentType."),
    Setting(
      "kube-api-qps", "clientConnection.qps", .number(\.client.qps), in: .source,
      "Requests to the API server per second; negative for no limit.", zero: .isDefault),
    Setting(
      "kube-api-burst", "clientConnection.burst", .integer(\.client.burst, in: 0...int32), in: .source,
      "Requests to the API server at once.", zero: .isDefault),
    Setting(
      "config-sync-period", "configSyncPeriod", .duration(\.client.configSyncPeriod, .positive), in: .source,
      "How often kube-proxy goes through all that it has of the API server.",
      effect: .none("a watch tells of every change, and --ipvs-sync-period compares with the kernel"),
      zero: .isDefaultInFile),
    Setting(
      "manifests", "manifests", .text(\.manifests.directory), in: .source,
      "Serve without a cluster: directory of Services, EndpointSlices, Pods and Nodes (YAML or JSON).",
      owner: .own, valueName: "dir"),
    Setting(
      "state-dir", "stateDir", .text(\.manifests.stateDirectory, check: notEmpty), in: .source,
      "Where allocated addresses and last good manifests are kept across restarts.", owner: .own,
      valueName: "dir"),
    Setting(
      "service-cluster-ip-range", "serviceClusterIPRange", .networkPair(\.manifests.serviceClusterIPRange),
      in: .source,
      """
      Networks of the Services' ClusterIPs, one of each family at most: no other address of a Service may lie there. \
      With --manifests, Services without a clusterIP get one from them, by default from 10.96.0.0/12.
      """, owner: .own, valueName: "cidrs"),
    Setting(
      "service-node-port-range", "serviceNodePortRange", .portRange(\.manifests.serviceNodePortRange),
      in: .source, "Ports that Services of manifests without a nodePort get one from.", owner: .own,
      valueName: "from-to"),
  ]

  static let int32 = Int(Int32.max)

  private static let apiContentType: @Sendable (String) throws(ValueFlaw) -> String = {
    text throws(ValueFlaw) in
    let known = ["application/vnd.kubernetes.protobuf", "application/json"]
    let type = text.split(separator: ";").first.map { String($0).trimmed.lowercased() } ?? ""
    guard known.contains(type) else {
      throw ValueFlaw("must be \(known.joined(separator: " or ")), not '\(text)'")
    }
    return text
  }

  private static let notEmpty: @Sendable (String) throws(ValueFlaw) -> String = { text throws(ValueFlaw) in
    guard !text.isEmpty else { throw ValueFlaw("must not be empty") }
    return text
  }
}
