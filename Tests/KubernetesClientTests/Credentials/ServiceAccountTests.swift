import NIOCore
import Testing

@testable import KubernetesClient

@Suite struct ServiceAccountTests {
  private let environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]

  private func resolved(_ environment: [String: String]) throws(AccessError) -> ClusterAccess {
    try ClusterAccess.resolve(kubeconfig: "", master: nil, host: .fake(environment: environment))
  }

  @Test func aPodKnowsItsServerTokenAndAuthority() async throws {
    let access = try resolved(environment)
    #expect("\(access.server)" == "https://10.96.0.1:443")
    let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
    let source = CredentialSource(
      access, host: .fake(files: ["\(folder)/token": "tok\n", "\(folder)/ca.crt": "PEM"]), tell: { _ in })
    let credentials = try await source.current()
    #expect(credentials.authorization == "Bearer tok")
    #expect(credentials.tls.authority == Array("PEM".utf8))
  }

  @Test func ipv6AddressesAreBracketed() throws {
    let access = try resolved(["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"])
    #expect("\(access.server)" == "https://[fd00::1]:443")
  }

  @Test func outsideAPodAKubeconfigIsAskedFor() {
    #expect { try resolved([:]) } throws: { "\($0)".contains("give --kubeconfig") }
    #expect { try resolved(["KUBERNETES_SERVICE_HOST": "a", "KUBERNETES_SERVICE_PORT": "x"]) } throws: {
      ($0 as? AccessError)?.field == "KUBERNETES_SERVICE_PORT"
    }
  }

  @Test func aMissingTokenIsAnErrorThatNamesTheFile() async throws {
    let source = CredentialSource(try resolved(environment), host: .fake(), tell: { _ in })
    await #expect { try await source.current() } throws: {
      "\($0)".contains("/var/run/secrets/kubernetes.io/serviceaccount/")
    }
  }

  @Test func masterAloneHasNoCredentials() throws {
    let access = try ClusterAccess.resolve(kubeconfig: nil, master: "127.0.0.1:8080", host: .fake())
    #expect("\(access.server)" == "http://127.0.0.1:8080")
    #expect(access.authentication == .none)
    #expect(access.warnings.count == 1)
  }

  @Test(arguments: [TransportError.Kind.unreachable, .timeout])
  func aVirtualAddressThatNobodyServesIsRefusedWithTheRemedy(kind: TransportError.Kind) async throws {
    let access = try resolved(environment)
    let transport = ScriptedAPITransport { _ in throw TransportError(kind, server: "s", message: "no answer")
    }
    await #expect { try await access.requireReachable(over: transport) } throws: { error in
      let text = "\(error)"
      return text.contains("https://10.96.0.1:443") && text.contains("no answer")
        && text.contains("Give --kubeconfig") && text.contains("kube-system/kube-proxy")
        && text.contains("KUBERNETES_SERVICE_HOST")
    }
    #expect(transport.requests.map(\.idleTimeout) == [.seconds(10)])
  }

  @Test func anyAnswerCountsAsReached() async throws {
    let access = try resolved(environment)
    try await access.requireReachable(over: ScriptedAPITransport { _ in .answer(403) })
    try await access.requireReachable(
      over: ScriptedAPITransport { _ in throw TransportError(.tls, server: "s", message: "m") })
  }

  @Test func aKubeconfigsAddressIsNotAsked() async throws {
    let transport = ScriptedAPITransport { _ in throw TransportError(.unreachable, server: "s", message: "m")
    }
    try await access(kubeconfig()).requireReachable(over: transport)
    #expect(transport.requests.isEmpty)
  }
}
