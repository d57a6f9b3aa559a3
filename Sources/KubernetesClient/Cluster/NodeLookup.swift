import Kubernetes
import KubernetesWire
import NIOCore
import Reconciler

/// Reads one Node object by itself, for who can't begin without it.
public struct NodeLookup: Sendable {
  /// Between two attempts.
  static let interval = Duration.seconds(2)

  private let name: String
  private let transport: any APITransport
  private let time: any TimeSource

  public init(name: String, transport: any APITransport, time: any TimeSource = SystemTime()) {
    self.name = name
    self.transport = transport
    self.time = time
  }

  /// Asks until there is a Node that will do.
  ///
  /// - Parameters:
  ///   - limit: how long to ask.
  ///   - isEnough: whether the Node has what is needed.
  /// - Returns: the Node in the core's own types.
  /// - Throws: NodeLookupError when the time is over; CancellationError.
  public func node(
    within limit: Duration, where isEnough: @Sendable (NodeInput) -> Bool
  ) async throws -> NodeInput {
    let deadline = time.now() + limit
    while true {
      let problem: String
      switch await ask() {
      case .success(let node?) where isEnough(node): return node
      case .success(let node):
        problem = node == nil ? "there is none of that name" : "it lacks what is needed"
      case .failure(let error): problem = error.message
      }
      let next = time.now() + Self.interval
      guard next <= deadline else { throw NodeLookupError(node: name, waited: limit, problem: problem) }
      try await time.sleep(until: next)
    }
  }

  private struct Failed: Error { let message: String }

  private func ask() async -> Result<NodeInput?, Failed> {
    let request = APIRequest(
      .get, ResourceKind.node.path, query: [.init("fieldSelector", "metadata.name=\(name)")],
      accept: WireFormat.json.accept)
    do {
      let response = try await transport.send(request)
      var bytes: [UInt8] = []
      for try await part in response.body { bytes += part.readableBytesView }
      guard response.status == 200 else { return .failure(Failed(message: "HTTP status \(response.status)")) }
      var decoder = ListDecoder(.node, format: WireFormat(contentType: response.contentType) ?? .json)
      decoder.append(bytes)
      while let item = try decoder.next() {
        guard case .object(let object) = item, case .node(let node) = object.object, object.name.name == name
        else { continue }
        return .success(node.servedInput)
      }
      return .success(nil)
    } catch {
      return .failure(Failed(message: "\(error)"))
    }
  }
}

/// The Node object that was needed did not come.
public struct NodeLookupError: Error, CustomStringConvertible {
  public let node: String
  public let waited: Duration
  public let problem: String

  public var description: String {
    "Node \(node) could not be had within \(waited.components.seconds) s: \(problem)"
  }
}
