import FoundationEssentials
import Inspection

/// The questions that the admin socket answers: read only, JSON, each with the version.
struct AdminAnswers: Sendable {
  let inspector: Inspector

  func answer(_ question: HTTPQuestion) async -> HTTPAnswer {
    guard question.method == "GET" || question.method == "HEAD" else {
      return Self.refusal("only GET is known here", status: 405)
    }
    switch question.path {
    case "/v1/status": return Self.json(Answer(await inspector.health()))
    case "/v1/services":
      let query = ServiceQuery(namespace: question.query["namespace"], name: question.query["name"])
      return Self.json(await inspector.page(query, after: question.query["after"]))
    case "/v1/addresses": return Self.json(await inspector.addressPage(after: question.query["after"]))
    case "/v1/nodes": return Self.json(ItemList(await inspector.nodes()))
    case "/v1/explain": return await explain(question)
    case "/v1/unserved":
      guard let services = await inspector.unservedServices() else {
        return Self.refusal("Services that the node doesn't serve aren't kept", status: 404)
      }
      return Self.json(ItemList(services))
    default: return Self.refusal("there is nothing at \(question.path)", status: 404)
    }
  }

  private func explain(_ question: HTTPQuestion) async -> HTTPAnswer {
    do {
      return Self.json(
        Answer(
          try await inspector.explain(question.query["target"] ?? "", from: question.query["from"] ?? "")))
    } catch let error as NothingKnown {
      return Self.refusal("\(error)", status: 404)
    } catch {
      return Self.refusal("\(error)", status: 400)
    }
  }

  private static func refusal(_ message: String, status: Int) -> HTTPAnswer {
    json(Refusal(message), status: status)
  }

  private static func json(_ value: some Encodable, status: Int = 200) -> HTTPAnswer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      return HTTPAnswer(text, status: status, contentType: HTTPAnswer.json)
    } catch {
      return HTTPAnswer("\(error)\n", status: 500)
    }
  }
}
