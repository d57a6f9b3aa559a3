import Synchronization
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct CredentialSourceTests {
  private static let version = "client.authentication.k8s.io/v1"

  private static func credential(_ status: String) -> String {
    #"{"apiVersion":"\#(version)","kind":"ExecCredential","status":\#(status)}"#
  }

  private func source(_ authentication: ClusterAccess.Authentication, host: HostAccess) -> CredentialSource {
    CredentialSource(
      ClusterAccess(
        origin: .kubeconfig(path: "/f", context: "x"), server: ServerAddress(host: "api", port: 6443),
        authentication: authentication), host: host, tell: { _ in })
  }

  private func plugin(_ command: String = "login") -> ExecPlugin {
    ExecPlugin(apiVersion: Self.version, command: command, installHint: "install login first")
  }

  @Test func basicCredentialsAreEncoded() async throws {
    let source = source(.basic(username: "Aladdin", password: "open sesame"), host: .fake())
    #expect(try await source.current().authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
  }

  @Test func aTokenFileThatWasNeverReadFallsBackToTheToken() async throws {
    let file = CredentialItem(field: "tokenFile", source: .file("/t"))
    let source = source(.tokenFile(file, fallback: "old"), host: .fake())
    #expect(try await source.current().authorization == "Bearer old")
  }

  @Test(arguments: ["", " \n", "a b", "tok\u{e9}n"]) func aTokenFileWithoutATokenIsAnError(content: String)
    async
  {
    let file = CredentialItem(field: "tokenFile", source: .file("/t"))
    let source = source(.tokenFile(file, fallback: nil), host: .fake(files: ["/t": content]))
    await #expect { try await source.current() } throws: { ($0 as? AccessError)?.field == "tokenFile" }
  }

  @Test func aPluginsAnswerIsKeptUntilItExpires() async throws {
    let runs = Mutex(0)
    let now = Mutex<Int64>(0)
    let answer = Self.credential(#"{"token":"t","expirationTimestamp":"1970-01-01T01:01:00+01:00"}"#)
    let host = HostAccess.fake(
      run: { _ in
        runs.withLock { $0 += 1 }
        return Array(answer.utf8)
      }, now: { now.withLock(\.self) })
    let source = source(.plugin(plugin()), host: host)
    for _ in 0..<3 { #expect(try await source.current().authorization == "Bearer t") }
    #expect(runs.withLock(\.self) == 1)
    // It expires after 60 seconds, and is renewed 10 seconds before.
    now.withLock { $0 = 49_000_000_000 }
    _ = try await source.current()
    #expect(runs.withLock(\.self) == 1)
    now.withLock { $0 = 50_000_000_000 }
    _ = try await source.current()
    #expect(runs.withLock(\.self) == 2)
  }

  @Test func requestsAtTheSameTimeShareOneRun() async throws {
    let runs = Mutex(0)
    let (gate, open) = AsyncStream<Void>.makeStream()
    let answer = Array(Self.credential(#"{"token":"t"}"#).utf8)
    let source = source(
      .plugin(plugin()),
      host: .fake(run: { _ in
        runs.withLock { $0 += 1 }
        for await _ in gate { break }
        return answer
      }))
    try await withThrowingTaskGroup { group in
      for _ in 0..<5 { group.addTask { try await source.current().authorization } }
      open.yield()
      open.finish()
      for try await authorization in group { #expect(authorization == "Bearer t") }
    }
    #expect(runs.withLock(\.self) == 1)
  }

  @Test func onlyTheCredentialsInUseCanBeRefused() async throws {
    let runs = Mutex(0)
    let source = source(
      .plugin(plugin()),
      host: .fake(run: { _ in
        let number = runs.withLock { count in
          count += 1
          return count
        }
        return Array(Self.credential(#"{"token":"t\#(number)"}"#).utf8)
      }))
    let first = try await source.current()
    await source.refused(first)
    let second = try await source.current()
    #expect(second.authorization == "Bearer t2")
    await source.refused(first)
    #expect(try await source.current() == second)
  }

  @Test func aPluginsCertificateIsUsed() async throws {
    let source = source(
      .plugin(plugin()),
      host: .fake(run: { _ in
        Array(Self.credential(#"{"clientCertificateData":"CERT","clientKeyData":"KEY"}"#).utf8)
      }))
    let credentials = try await source.current()
    #expect(credentials.authorization == nil)
    #expect(credentials.tls.clientCertificate == Array("CERT".utf8))
    #expect(credentials.tls.clientKey == Array("KEY".utf8))
  }

  @Test(
    arguments: [
      ("hello", "not an ExecCredential"), (Self.credential("{}"), "gives no credentials"),
      (
        #"{"apiVersion":"v2","kind":"ExecCredential","status":{"token":"t"}}"#,
        "answers with ExecCredential of v2"
      ),
      (Self.credential(#"{"clientKeyData":"K"}"#), "without its certificate"),
      (Self.credential(#"{"token":"a\nb"}"#), "characters"),
      (Self.credential(#"{"token":"t","expirationTimestamp":"soon"}"#), "\"soon\" is not a time"),
    ])
  func aPluginsWrongAnswerIsExplained(output: String, message: String) async {
    let source = source(.plugin(plugin()), host: .fake(run: { _ in Array(output.utf8) }))
    await #expect { try await source.current() } throws: {
      "\($0)".hasPrefix("/f: context x: exec: login: ") && "\($0)".contains(message)
    }
  }

  @Test func aMissingPluginComesWithItsHint() async {
    let source = source(.plugin(plugin()), host: .fake())
    await #expect { try await source.current() } throws: {
      "\($0)" == "/f: context x: exec: login: no such program (install login first)"
    }
  }
}
