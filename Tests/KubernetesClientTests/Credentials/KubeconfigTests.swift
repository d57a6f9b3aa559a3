import Testing

@testable import KubernetesClient

@Suite struct KubeconfigTests {
  @Test func kubeadmsFileForKubeProxyIsUnderstood() throws {
    let access = try access(
      """
      apiVersion: v1
      kind: Config
      clusters:
      - cluster:
          certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
          server: https://10.0.0.1:6443
        name: default
      contexts:
      - context:
          cluster: default
          namespace: default
          user: default
        name: default
      current-context: default
      users:
      - name: default
        user:
          tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
      """)
    #expect(access.origin == .kubeconfig(path: "/etc/kube/proxy.conf", context: "default"))
    #expect("\(access.server)" == "https://10.0.0.1:6443")
    #expect(
      access.certificateAuthority?.source == .file("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"))
    let token = CredentialItem(
      field: "users[default].tokenFile", source: .file("/var/run/secrets/kubernetes.io/serviceaccount/token"))
    #expect(access.authentication == .tokenFile(token, fallback: nil))
    #expect(access.warnings == [])
    #expect(!access.mayNeedItself)
  }

  @Test func jsonIsYAMLToo() throws {
    let access = try access(
      #"{"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c"}}],"clusters":[{"name":"c","cluster":{"server":"https://api:6443"}}]}"#
    )
    #expect(access.server == ServerAddress(host: "api", port: 6443))
    #expect(access.authentication == .none)
  }

  @Test(
    arguments: [
      ("https://10.0.0.1:6443", "https://10.0.0.1:6443"),
      ("https://api.example.com", "https://api.example.com:443"),
      ("http://localhost:8080/", "http://localhost:8080"),
      ("https://[2001:db8::1]:6443", "https://[2001:db8::1]:6443"),
      ("https://rancher.test/k8s/clusters/c-1/", "https://rancher.test:443/k8s/clusters/c-1"),
      ("10.0.0.1:8080", "http://10.0.0.1:8080"), ("HTTPS://API:6443", "https://API:6443"),
    ])
  func serverAddressesAreRead(text: String, expected: String) throws {
    #expect("\(try access(kubeconfig(cluster: "{server: \"\(text)\"}")).server)" == expected)
  }

  @Test func anAddressWithoutSchemeIsHTTPSWhereTLSIsSetUp() throws {
    let file = kubeconfig(cluster: "{server: \"10.0.0.1:6443\", certificate-authority: ca.pem}")
    #expect("\(try access(file).server)" == "https://10.0.0.1:6443")
  }

  @Test func masterGoesBeforeTheFilesAddress() throws {
    let access = try access(kubeconfig(), master: "https://192.0.2.7:443")
    #expect("\(access.server)" == "https://192.0.2.7:443")
    #expect(access.authentication == .token("secret"))
  }

  @Test func relativePathsAreRelativeToTheFilesFolder() throws {
    let access = try access(
      kubeconfig(
        cluster: "{server: https://a:1, certificate-authority: pki/ca.crt}",
        user:
          "{client-certificate: me.crt, client-key: ../me.key, exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, interactiveMode: Never}}"
      ))
    #expect(access.certificateAuthority?.source == .file("/etc/kube/pki/ca.crt"))
    #expect(access.clientCertificate?.certificate.source == .file("/etc/kube/me.crt"))
    #expect(access.clientCertificate?.key.source == .file("/etc/kube/../me.key"))
    guard case .plugin(let plugin) = access.authentication else {
      Issue.record("no plugin: \(access.authentication)")
      return
    }
    #expect(plugin.command == "/etc/kube/./bin/login")
  }

  @Test func dataGoesBeforeFiles() throws {
    let access = try access(
      kubeconfig(
        cluster: "{server: https://a:1, certificate-authority: ca, certificate-authority-data: Y2E=}",
        user: "{client-certificate-data: Y2VydA==, client-key: k, client-key-data: a2V5}"))
    #expect(access.certificateAuthority?.source == .content(Array("ca".utf8)))
    #expect(access.clientCertificate?.certificate.source == .content(Array("cert".utf8)))
    #expect(access.clientCertificate?.key.source == .content(Array("key".utf8)))
  }

  @Test func pluginsAreReadWhole() throws {
    let access = try access(
      kubeconfig(
        user: """
          {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token],
           env: [{name: AWS_PROFILE, value: prod}], provideClusterInfo: true, installHint: "get aws"}}
          """))
    #expect(
      access.authentication
        == .plugin(
          ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws",
            arguments: ["eks", "get-token"],
            environment: ["AWS_PROFILE": "prod"], wantsClusterInfo: true, installHint: "get aws")))
  }

  @Test func aTokenGoesBeforeAPasswordAndBothBeforeAPlugin() throws {
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: c}"
    #expect(
      try access(kubeconfig(user: "{token: t, username: a, password: b, \(exec)}")).authentication
        == .token("t"))
    #expect(
      try access(kubeconfig(user: "{username: a, password: b, \(exec)}")).authentication
        == .basic(username: "a", password: "b"))
    let file = CredentialItem(field: "users[u].tokenFile", source: .file("/etc/kube/f"))
    #expect(
      try access(kubeconfig(user: "{token: t, tokenFile: f}")).authentication
        == .tokenFile(file, fallback: "t"))
  }

  @Test func whatIsUnwiseIsAWarning() throws {
    let basic = try access(
      kubeconfig(
        cluster: "{server: https://a:1, insecure-skip-tls-verify: true}", user: "{username: a, password: b}"))
    #expect(basic.warnings.count == 2)
    #expect(basic.warnings[0].contains("insecure-skip-tls-verify"))
    #expect(basic.warnings[1].contains("username and password"))
    let plain = try access(kubeconfig(cluster: "{server: http://a:1}"))
    #expect(plain.warnings == ["/etc/kube/proxy.conf: the credentials go to http://a:1 unencrypted"])
  }

  @Test func proxiesAreRead() throws {
    let access = try access(
      kubeconfig(cluster: "{server: https://api.test:6443, proxy-url: \"http://me:p%40w@proxy:3128\"}"))
    #expect(
      access.proxy == .init(host: "proxy", port: 3128, login: .init(username: "me", password: "p@w")))
    let socks = try KubernetesClientTests.access(
      kubeconfig(cluster: "{server: https://api.test:6443, proxy-url: socks5://proxy}"))
    #expect(socks.proxy == .init(.socks5, host: "proxy", port: 1080))
  }

  @Test func tlsServerNameIsKeptOnlyIfItDiffers() throws {
    let other = try access(kubeconfig(cluster: "{server: https://10.0.0.1:1, tls-server-name: kubernetes}"))
    #expect(other.tlsServerName == "kubernetes")
    let same = try access(kubeconfig(cluster: "{server: https://api:1, tls-server-name: api}"))
    #expect(same.tlsServerName == nil)
  }
}
