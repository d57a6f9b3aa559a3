@testable import KubernetesClient

extension HostAccess {
  /// A machine that has these files and variables, and no other.
  static func fake(
    files: [String: String] = [:], environment: [String: String] = [:],
    run: @escaping @Sendable (PluginCommand) async throws(HostError) -> [UInt8] = {
      _ async throws(HostError) in
      throw HostError(isMissing: true, "no such program")
    },
    now: @escaping @Sendable () -> Int64 = { 0 }
  ) -> HostAccess {
    HostAccess(
      readFile: { path throws(HostError) in
        guard let text = files[path] else { throw HostError(isMissing: true, "No such file or directory") }
        return Array(text.utf8)
      },
      environment: { environment[$0] }, run: run, now: now)
  }
}

/// A kubeconfig with one cluster "c", one user "u" and the context "x".
func kubeconfig(cluster: String = "{server: https://10.0.0.1:6443}", user: String = "{token: secret}")
  -> String
{
  """
  apiVersion: v1
  kind: Config
  current-context: x
  preferences: {}
  contexts: [{name: other, context: {cluster: none}}, {name: x, context: {cluster: c, user: u}}]
  clusters: [{name: c, cluster: \(cluster)}]
  users: [{name: u, user: \(user)}]
  """
}

/// The access that a kubeconfig at /etc/kube/proxy.conf gives.
func access(_ text: String, master: String? = nil) throws(AccessError) -> ClusterAccess {
  try ClusterAccess.resolve(
    kubeconfig: "/etc/kube/proxy.conf", master: master, host: .fake(files: ["/etc/kube/proxy.conf": text]))
}
