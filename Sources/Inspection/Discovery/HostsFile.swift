/// The lines of a hosts(5) file by which programs find Services without a cluster's DNS.
public enum HostsFile {
  /// For each Service its addresses with the names that Kubernetes' DNS gives it
  /// (https://github.com/kubernetes/dns/blob/master/docs/specification.md). In `namespace` the bare name counts too, as a
  /// resolver's search list would have it.
  /// - Parameters:
  ///   - services: those with addresses.
  ///   - unserved: those without; an ExternalName is a comment, for a hosts file knows no aliases.
  ///   - namespace: of who asks; nil for none.
  ///   - domain: the cluster's, without dots around it.
  /// - Returns: lines in the order of the Services.
  public static func lines(
    _ services: [ServiceStatus], _ unserved: [UnservedService], namespace: String?, domain: String
  ) -> [String] {
    let served = services.flatMap { service in
      let names = names(service.namespace, service.name, namespace, domain)
      return service.clusterIPs.map { "\($0)\t\(names.joined(separator: " "))" }
    }
    let aliases = unserved.compactMap { service in
      service.externalName.map { target in
        "# \(names(service.namespace, service.name, namespace, domain)[0]) is another name for \(target) (ExternalName)"
      }
    }
    return served + aliases
  }

  private static func names(_ space: String, _ name: String, _ own: String?, _ domain: String) -> [String] {
    ["\(name).\(space).svc.\(domain)", "\(name).\(space).svc", "\(name).\(space)"]
      + (space == own ? [name] : [])
  }
}
