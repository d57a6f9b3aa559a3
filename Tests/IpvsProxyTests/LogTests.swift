import Addressing
import FoundationEssentials
import Kubernetes
import Logging
import Reconciler
import Synchronization
import Testing

@testable import IpvsProxy

@Suite struct LogTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private func capture(json: Bool = false, _ body: (EventLogger) -> Void) -> [String] {
    let lines = Lines()
    let write: @Sendable (String) -> Void = { lines.append($0) }
    let logger = Logger(label: "test") { _ in
      json
        ? JSONLogHandler(logLevel: .info, write: write) as any LogHandler
        : TextLogHandler(logLevel: .info, write: write)
    }
    body(EventLogger(logger: logger))
    return lines.all
  }

  private let key = ServiceKey(namespace: "default", name: "web")

  /// A Service added, changed and removed, as the core tells it.
  private func events() -> [CoreEvent] {
    var core = ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "a")))
    let web = ServiceInput(
      key: key, clusterIPs: [IPAddress(ipv4: 0x0A60_0001)], ports: [ServicePortInput(port: 80)])
    var moved = web
    moved.ports = [ServicePortInput(port: 81)]
    return [web, moved, nil].flatMap { core.ingest(InputBatch([.service(key, $0)], isComplete: true)) }
  }

  @Test func eachServiceAddedChangedOrRemovedIsOneLine() {
    let lines = capture { logger in events().forEach(logger.log) }
    #expect(
      lines.map { $0.dropFirst("04:05:51.123 ".count) } == [
        "info  service default/web added: 10.96.0.1:80/tcp, 0 real servers",
        "info  service default/web changed: 10.96.0.1:81/tcp, 0 real servers",
        "info  service default/web removed",
      ])
  }

  @Test func jsonLinesHaveTheObjectAsAField() throws {
    let lines = capture(json: true) { logger in events().forEach(logger.log) }
    let first = try JSONDecoder().decode([String: String].self, from: Data(try #require(lines.first).utf8))
    #expect(first["service"] == "default/web")
    #expect(first["level"] == "info")
    #expect(first["time"]?.count == 24)
    #expect(first["message"]?.hasPrefix("service default/web added") == true)
  }

  @Test func aLineBreakInAMessageStaysOneJsonLine() {
    let lines = capture(json: true) { $0.log(.notice(Notice(.warning, "one\ntwo \"quoted\""))) }
    #expect(lines.count == 1)
    #expect(lines[0].contains(#"one\ntwo \"quoted\""#))
  }

  @Test func aFailureNamesObjectAndErrno() {
    let lines = capture { logger in
      logger.log(
        .kernelUnreadable(
          KernelError(.ipvs, errno: 1, object: "list virtual servers", hint: "needs CAP_NET_ADMIN")))
    }
    #expect(lines.first?.contains("ipvs: list virtual servers: Operation not permitted (errno 1)") == true)
  }

  @Test func diagnosticsComeWithFileLineAndField() {
    let lines = capture {
      $0.log([
        Diagnostic(
          .error, file: "web.yaml", line: 14, object: "Service default/web", field: "spec.ports[1].port",
          message: "70000 is not a port (1-65535)")
      ])
    }
    #expect(
      lines.first?.hasSuffix(
        "web.yaml:14: Service default/web: spec.ports[1].port: 70000 is not a port (1-65535)") == true)
  }
}
