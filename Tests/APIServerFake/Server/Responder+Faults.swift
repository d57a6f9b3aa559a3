import Hummingbird
import NIOCore

extension Responder {
  /// The answer that a fault gives in place of the real one; nil for faults that act on the body later.
  func answer(to effect: Fault.Effect, _ call: Call) async throws -> Response? {
    switch effect {
    case .status(403, _):
      let resource = call.route.resource ?? .services
      return refuse(.notAllowed(resource, verb: call.record.verb.rawValue), call)
    case .status(401, _): return refuse(.unauthorized, call)
    case .status(let code, let retryAfterSeconds):
      return refuse(.trouble(code, retryAfterSeconds: retryAfterSeconds), call)
    case .page(let code):
      return text(code, "text/html", "<html><body><h1>\(code)</h1></body></html>\n", call)
    case .neverAnswer:
      try? await call.channel.closeFuture.get()
      throw ConnectionCut()
    case .hangUp:
      try? await call.channel.close()
      throw ConnectionCut()
    case .garbage:
      let body = [UInt8](repeating: 0xff, count: 100) + Array("this is neither JSON nor protobuf\n".utf8)
      return Answer.whole(
        200, mediaType: call.format?.mediaType ?? "", body, effects: call.effects, connection: call.channel)
    case .cut, .slow, .expired, .expiredContinue: return nil
    }
  }
}
