import Testing

@testable import KubernetesClient

@Suite struct KubeconfigErrorTests {
  private func error(_ text: String, master: String? = nil) -> AccessError? {
    do {
      _ = try access(text, master: master)
      return nil
    } catch { return error }
  }

  @Test func aFileThatIsNotThereIsNamed() {
    #expect(throws: AccessError(file: "/nowhere", "can't read the kubeconfig: No such file or directory")) {
      try ClusterAccess.resolve(kubeconfig: "/nowhere", master: nil, host: .fake())
    }
  }

  @Test(
    arguments: [
      ("clusters: []", "current-context"), ("current-context: y", "current-context"),
      ("current-context: y\ncontexts: [{name: y, context: {user: u}}]", "contexts[y].cluster"),
      ("current-context: y\ncontexts: [{name: y, context: {cluster: c}}]", "contexts[y].cluster"),
      ("users: [{user: {token: x}}]", "users[0].name"), ("contexts: {a: b}", "contexts"),
      (
        "current-context: y\ncontexts: [{name: y, context: {cluster: c, user: v}}]\nclusters: [{name: c}]",
        "contexts[y].user"
      ),
    ])
  func whatIsMissingInTheFileIsNamed(text: String, field: String) {
    let error = error(text)
    #expect(error?.file == "/etc/kube/proxy.conf")
    #expect(error?.field == field)
  }

  @Test(
    arguments: [
      ("{}", "clusters[c].server", "is missing"),
      ("{server: \"ftp://a\"}", "clusters[c].server", "is not an address"),
      ("{server: \"https://a:99999\"}", "clusters[c].server", "is not an address"),
      ("{server: \"https://\"}", "clusters[c].server", "is not an address"),
      (
        "{server: https://a, certificate-authority-data: \"%%%\"}",
        "clusters[c].certificate-authority-data", "base64"
      ),
      (
        "{server: https://a, certificate-authority: x, insecure-skip-tls-verify: true}",
        "clusters[c].insecure-skip-tls-verify", "remove one"
      ),
      (
        "{server: https://a, insecure-skip-tls-verify: perhaps}",
        "clusters[0].cluster.insecure-skip-tls-verify", ""
      ),
      ("{server: https://a, tls-server-name: 10.0.0.9}", "clusters[c].tls-server-name", "is an address"),
      ("{server: https://a, proxy-url: socks5://me:pw@p}", "clusters[c].proxy-url", "SOCKS proxy is not"),
      ("{server: https://a, proxy-url: ftp://p}", "clusters[c].proxy-url", "ftp is not a kind of proxy"),
      ("{server: https://a, proxy-url: https://p}", "clusters[c].proxy-url", "not supported: use http"),
      ("{server: https://a, proxy-url: p}", "clusters[c].proxy-url", "is not an address like"),
      ("{server: https://10.0.0.1, proxy-url: http://p}", "clusters[c].proxy-url", "set tls-server-name"),
    ])
  func aWrongClusterIsExplained(cluster: String, field: String, message: String) {
    let error = error(kubeconfig(cluster: cluster))
    #expect(error?.field == field)
    #expect(message.isEmpty || error?.message.contains(message) == true, "\(error as Any)")
  }

  @Test(
    arguments: [
      ("{client-certificate: a}", "users[u].client-key", "is missing"),
      ("{client-key-data: a2V5}", "users[u].client-certificate", "is missing"),
      ("{client-certificate: a, client-key-data: \"***\"}", "users[u].client-key-data", "base64"),
      ("{token: \"a b\"}", "users[u].token", "characters"),
      ("{as: admin, token: t}", "users[u].as", "not supported"),
      ("{auth-provider: {name: gcp}}", "users[u].auth-provider", "gcp is not supported"),
      ("{exec: {command: c}}", "users[u].exec.apiVersion", "is missing"),
      (
        "{exec: {command: c, apiVersion: client.authentication.k8s.io/v1alpha1}}", "users[u].exec.apiVersion",
        "is not"
      ),
      ("{exec: {apiVersion: client.authentication.k8s.io/v1}}", "users[u].exec.command", "is missing"),
      (
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: c, interactiveMode: Always}}",
        "users[u].exec.interactiveMode", "nobody is there"
      ),
      (
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: c, interactiveMode: Some}}",
        "users[u].exec.interactiveMode", "Some is not"
      ),
    ])
  func aWrongUserIsExplained(user: String, field: String, message: String) {
    let error = error(kubeconfig(user: user))
    #expect(error?.file == "/etc/kube/proxy.conf")
    #expect(error?.context == "x")
    #expect(error?.field == field)
    #expect(error?.message.contains(message) == true, "\(error as Any)")
  }

  @Test func aFileThatIsNotYAMLIsExplained() {
    let error = error("a: [b")
    #expect(error?.message.contains("can't be read as YAML") == true, "\(error as Any)")
  }

  @Test func aWrongMasterIsNamed() {
    #expect(error(kubeconfig(), master: "unix:///x")?.field == "--master")
  }

  @Test func errorsReadAsSentences() {
    let error = AccessError(file: "/f", context: "x", field: "users[u].token", "is missing")
    #expect("\(error)" == "/f: context x: users[u].token: is missing")
  }
}
