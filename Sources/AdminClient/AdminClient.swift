import AsyncHTTPClient
import FoundationEssentials
import Inspection
import NIOCore
import NIOHTTP1

/// Asks a running process over its admin socket.
public struct AdminClient: Inspecting {
  /// A page of Services is a megabyte or so.
  private static let largestAnswer = 64 << 20

  private let path: String
  private let limit: TimeAmount
  private let client: HTTPClient

  /// - Parameters:
  ///   - path: of the socket.
  ///   - limit: for each question, in seconds.
  public init(path: String, limit: Int64 = 30) {
    self.path = path
    self.limit = .seconds(limit)
    var configuration = HTTPClient.Configuration()
    // Nobody there is an answer too.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.timeout.connect = .seconds(5)
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  /// Ends all connections. To be called once, last.
  public func shutdown() async { try? await client.shutdown() }

  public func health() async throws -> HealthStatus {
    try await ask(Answer<HealthStatus>.self, "status").item
  }

  public func services(_ query: ServiceQuery) async throws -> [ServiceStatus] {
    var parameters: [(String, String)] = []
    if let namespace = query.namespace { parameters.append(("namespace", namespace)) }
    if let name = query.name { parameters.append(("name", name)) }
    return try await pages("services", parameters)
  }

  public func serviceAddresses() async throws -> [ServiceAddresses] { try await pages("addresses") }

  public func nodes() async throws -> [NodeStatus] {
    try await ask(ItemList<NodeStatus>.self, "nodes").items
  }

  public func explain(_ target: String, from source: String) async throws -> Explanation {
    try await ask(Answer<Explanation>.self, "explain", [("target", target), ("from", source)]).item
  }

  public func unservedServices() async throws -> [UnservedService]? {
    do {
      return try await ask(ItemList<UnservedService>.self, "unserved").items
    } catch is NothingKnown {
      return nil
    }
  }

  // MARK: -

  private func pages<Item: InspectionItem>(
    _ resource: String, _ parameters: [(String, String)] = []
  ) async throws -> [Item] {
    var items: [Item] = []
    var next: String?
    repeat {
      let page = try await ask(
        ItemList<Item>.self, resource, parameters + (next.map { [("after", $0)] } ?? []))
      items += page.items
      next = page.next
    } while next != nil
    return items
  }

  private func ask<Value: Decodable>(
    _: Value.Type, _ resource: String, _ parameters: [(String, String)] = []
  ) async throws -> Value {
    let query = parameters.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
    let request = HTTPClientRequest(
      url: "http+unix://\(Self.encoded(path))/v1/\(resource)\(query.isEmpty ? "" : "?")\(query)")
    let (status, body) = try await send(request)
    guard status == 200 else { throw refusal(status, body) }
    guard let head = try? JSONDecoder().decode(Head.self, from: body) else {
      throw AdminError.broken("\(path): what answers there is no ipvs-proxy")
    }
    guard head.apiVersion == InspectionVersion.current else {
      throw AdminError.broken(
        "\(path): the process speaks \(head.apiVersion), this command \(InspectionVersion.current): use the "
          + "command of the version that runs")
    }
    do {
      return try JSONDecoder().decode(Value.self, from: body)
    } catch {
      throw AdminError.broken("\(path): the answer can't be read: \(error)")
    }
  }

  private func send(_ request: HTTPClientRequest) async throws(AdminError) -> (status: UInt, body: Data) {
    do {
      let response = try await client.execute(request, timeout: limit)
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      return (response.status.code, Data(body.readableBytesView))
    } catch let error as IOError {
      throw AdminError(path, errno: error.errnoCode)
    } catch let error as HTTPClientError where error == .remoteConnectionClosed {
      // So it ends for whom the socket is not meant.
      throw AdminError.forbidden(path: path)
    } catch {
      throw AdminError.broken("\(path): \(error)")
    }
  }

  private func refusal(_ status: UInt, _ body: Data) -> any Error {
    guard let refusal = try? JSONDecoder().decode(Refusal.self, from: body) else {
      return AdminError.broken("\(path): status \(status)")
    }
    return status == 404 ? NothingKnown(refusal.message) : InvalidQuestion(refusal.message)
  }

  private struct Head: Decodable {
    let apiVersion: String
  }

  /// All but RFC 3986's unreserved characters as percent signs and digits.
  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-._~".unicodeScalars.contains(scalar)
      {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}
