import Testing

/// What the ServiceAccount may do in the cluster.
@Suite struct AccessTests {
  private func base(_ file: String) throws -> Node {
    try DeployFolder.document("\(DeployFolder.kubernetes)/base/\(file)")
  }

  @Test func whatIsServedIsReadAndOnlyEventsAreWritten() throws {
    var granted: [String: Set<String>] = [:]
    for rule in try base("cluster-role.yaml")["rules"]?.items ?? [] {
      #expect(rule["nonResourceURLs"] == nil)
      for group in rule["apiGroups"]?.strings ?? [] {
        for resource in rule["resources"]?.strings ?? [] {
          granted["\(group)/\(resource)", default: []].formUnion(rule["verbs"]?.strings ?? [])
        }
      }
    }
    #expect(
      granted == [
        "/services": ["list", "watch"],
        "discovery.k8s.io/endpointslices": ["list", "watch"],
        "/nodes": ["get", "list", "watch"],
        "/events": ["create", "patch"],
        "events.k8s.io/events": ["create", "patch"],
      ])
  }

  @Test func theRoleIsBoundToTheAccountThatThePodsHave() throws {
    let role = try base("cluster-role.yaml")
    let account = try base("service-account.yaml")
    let binding = try base("cluster-role-binding.yaml")
    let daemonSet = try base("daemon-set.yaml")
    #expect(binding.at("roleRef", "kind") == role["kind"])
    #expect(binding.at("roleRef", "name") == role.at("metadata", "name"))
    #expect(binding["subjects"]?.items.count == 1)
    #expect(binding.at("subjects", 0, "kind") == account["kind"])
    #expect(binding.at("subjects", 0, "name") == account.at("metadata", "name"))
    #expect(binding.at("subjects", 0, "namespace") == account.at("metadata", "namespace"))
    #expect(
      daemonSet.at("spec", "template", "spec", "serviceAccountName") == account.at("metadata", "name"))
    #expect(daemonSet.at("metadata", "namespace") == account.at("metadata", "namespace"))
  }
}
