import Kubernetes

@testable import KubernetesClient
@testable import KubernetesWire

/// Objects and messages for the reflector's tests. All in namespace "default".
enum WatchSamples {
  static func name(_ name: String) -> ObjectName { ObjectName(namespace: "default", name: name) }

  static func service(_ name: String, _ version: String, labels: [String: String] = [:]) -> DecodedObject {
    var spec = ServiceSpec()
    spec.clusterIP = "10.96.0.10"
    spec.clusterIPs = ["10.96.0.10"]
    return decoded(name, version, Service(metadata: ObjectMeta(name: name, labels: labels), spec: spec))
  }

  static func headless(_ name: String, _ version: String) -> DecodedObject {
    var spec = ServiceSpec()
    spec.clusterIP = ServiceSpec.headless
    spec.clusterIPs = [ServiceSpec.headless]
    return decoded(name, version, Service(metadata: ObjectMeta(name: name), spec: spec))
  }

  private static func decoded(_ name: String, _ version: String, _ service: Service) -> DecodedObject {
    DecodedObject(version: self.version(name, version), object: .service(service))
  }

  static func version(_ name: String, _ version: String) -> ObjectVersion {
    ObjectVersion(name: self.name(name), resourceVersion: version, uid: name)
  }

  /// `name` nil: one whose name can't be read either.
  static func undecodable(_ name: String?, _ reason: String) -> UndecodableObject {
    UndecodableObject(
      kind: .service, name: name.map(Self.name), resourceVersion: nil, field: "", reason: reason)
  }

  static func status(_ code: Int, _ message: String, retryAfter: Int? = nil) -> APIStatus {
    APIStatus(code: code, reason: "", message: message, retryAfterSeconds: retryAfter)
  }

  static let unreachable = TransportError(.unreachable, server: "https://api:6443", message: "refused")
}

/// A reflector with its clock: the runner's part, played step by step.
final class ReflectorDrive {
  var reflector: Reflector
  var now: Duration = .zero
  private(set) var request: ReflectorRequest?

  init(_ resource: WatchedResource = .services) {
    reflector = Reflector(resource, now: .zero, jitter: 0)
  }

  /// Waits until the next request is due and sends it.
  @discardableResult
  func send() -> ReflectorRequest {
    now = max(now, reflector.nextAttempt)
    let request = reflector.begin()
    self.request = request
    return request
  }

  /// The server answers 200.
  func open(_ format: WireFormat = .json) { reflector.opened(format, at: now) }

  @discardableResult
  func take(_ messages: AnswerMessage...) -> Bool {
    messages.allSatisfy { reflector.take($0, at: now, jitter: 0) }
  }

  func end(after duration: Duration = .seconds(300)) {
    now += duration
    reflector.ended(at: now, jitter: 0)
  }

  func fail(_ failure: ReflectorFailure, after duration: Duration = .zero) {
    now += duration
    reflector.failed(failure, at: now, jitter: 0)
  }

  func refuse(_ code: Int, _ message: String = "", retryAfter: Duration? = nil) {
    fail(.refused(Refusal(code: code, message: message, retryAfter: retryAfter)))
  }

  func refuseFutureVersion(retryAfter: Duration) {
    fail(.refused(Refusal(code: 504, retryAfter: retryAfter, isFutureVersion: true)))
  }

  func output() -> Reflector.Output { reflector.takeOutput() }

  /// A streaming list of Services "a" and "b", whole at version 100; the stream goes on as a watch.
  static func synced() -> ReflectorDrive {
    let drive = ReflectorDrive()
    drive.send()
    drive.open()
    drive.take(
      .object(WatchSamples.service("a", "10")), .object(WatchSamples.service("b", "20")),
      .bookmark(version: "100", endsInitialList: true))
    _ = drive.output()
    return drive
  }
}
