import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// What Hummingbird tells about a request besides the request.
struct FakeContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}

/// Answers requests: records them, checks who asks, lets the faults act, and serves what is left.
struct Responder: HTTPResponder {
  typealias Context = FakeContext

  let store: ObjectStore
  let faults: FaultPlan
  let requests: RequestLog
  let connections: Connections
  let settings: FakeAPIServer.Settings
  let token: TokenCheck

  /// One request, read and with its fate decided.
  struct Call: Sendable {
    let target: RequestTarget
    let route: Route
    let format: Format?
    let effects: [Fault.Effect]
    let record: RequestRecord
    let channel: any Channel
  }

  func respond(to request: Request, context: FakeContext) async throws -> Response {
    let call = try await read(request, context.channel)
    requests.append(call.record)
    if !token.accepts(call.record) { return refuse(.unauthorized, call) }
    for effect in call.effects {
      if let response = try await answer(to: effect, call) { return response }
    }
    guard let format = call.format else {
      return refuse(.notAcceptable(Format.accepted(by: settings.personality)), call)
    }
    switch call.route {
    case .version: return text(200, "application/json", settings.personality.versionText, call)
    case .health: return text(200, "text/plain; charset=utf-8", "ok", call)
    case .collection(let resource, let namespace):
      return try await collection(resource, namespace: namespace, format, call)
    case .object(let key): return await object(key, format, call)
    case .events(let group, let namespace, _): return event(group: group, namespace: namespace, call)
    case .unknown: return text(404, "text/plain; charset=utf-8", "404 page not found\n", call)
    }
  }

  // MARK: - The request

  private func read(_ request: Request, _ channel: any Channel) async throws -> Call {
    let target = RequestTarget(request.head.path ?? "/")
    let route = Route(target.path, personality: settings.personality)
    let accept = request.headers[.accept] ?? ""
    let body = try await request.body.collect(upTo: 1 << 20)
    let verb = Responder.verb(request.method, route, target)
    let certificate = try? await channel.nioSSL_peerCertificate().get()
    let record = RequestRecord(
      method: request.method.rawValue, path: "/" + target.path.joined(separator: "/"),
      query: target.query.map { RequestRecord.QueryItem(name: $0.name, value: $0.value) }, accept: accept,
      contentType: request.headers[.contentType] ?? "", userAgent: request.headers[.userAgent] ?? "",
      acceptEncoding: request.headers[.acceptEncoding] ?? "",
      authorization: RequestRecord.Authorization(request.headers[.authorization]),
      hasClientCertificate: certificate != nil, verb: verb, resource: route.resource,
      connection: connections.number(of: channel), body: (try? Value(json: body.readableBytesView)) ?? .null)
    return Call(
      target: target, route: route,
      format: Format.negotiated(accept: accept, personality: settings.personality),
      effects: faults.effects(on: verb, route.resource), record: record, channel: channel)
  }

  private static func verb(_ method: HTTPRequest.Method, _ route: Route, _ target: RequestTarget)
    -> Fault.Verb
  {
    switch method {
    case .post: .post
    case .patch: .patch
    default:
      switch route {
      case .collection: target["watch"].map { $0 != "false" && $0 != "0" } ?? false ? .watch : .list
      default: .get
      }
    }
  }

  // MARK: - Simple answers

  func refuse(_ status: StatusBody, _ call: Call) -> Response {
    Answer.status(status, call.format ?? .json, connection: call.channel)
  }

  func text(_ status: Int, _ mediaType: String, _ text: String, _ call: Call) -> Response {
    Answer.whole(
      status, mediaType: mediaType, Array(text.utf8), effects: call.effects, connection: call.channel)
  }

  private func object(_ key: ObjectKey, _ format: Format, _ call: Call) async -> Response {
    guard let object = await store.stored(key) else { return refuse(.notFound(key), call) }
    return Answer.whole(
      200, mediaType: format.mediaType, format.encode(object), effects: call.effects, connection: call.channel
    )
  }

  /// Events are taken in JSON and given back with a name and a version.
  private func event(group: String, namespace: String, _ call: Call) -> Response {
    guard call.record.contentType.hasPrefix("application/") && call.record.contentType.contains("json") else {
      return refuse(.unsupportedMediaType, call)
    }
    var event = call.record.body
    event["metadata"]["namespace"] = .string(namespace)
    event["metadata"]["resourceVersion"] = "1"
    let created = call.record.method == "POST" ? 201 : 200
    return Answer.whole(
      created, mediaType: "application/json", event.json + [UInt8(ascii: "\n")], effects: call.effects,
      connection: call.channel)
  }
}

extension RequestRecord.Authorization {
  init(_ field: String?) {
    guard let field, !field.isEmpty else {
      self = .none
      return
    }
    let parts = field.split(separator: " ", maxSplits: 1).map(String.init)
    switch (parts.first?.lowercased(), parts.last) {
    case ("bearer", let token?) where parts.count == 2: self = .bearer(token)
    case ("basic", _): self = .basic
    default: self = .other
    }
  }
}

/// Which bearer tokens are good now.
final class TokenCheck: Sendable {
  private let token: Mutex<String?>

  init(_ token: String?) { self.token = Mutex(token) }

  func set(_ token: String?) { self.token.withLock { $0 = token } }

  func accepts(_ record: RequestRecord) -> Bool {
    guard let token = token.withLock({ $0 }) else { return true }
    return record.authorization == .bearer(token)
  }
}
