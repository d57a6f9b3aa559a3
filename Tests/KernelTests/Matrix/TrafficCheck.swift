import Addressing
import Glibc

/// A line of the table with one transport and one family: what is asked, and what must come of it.
struct TrafficCheck: Sendable {
  let line: TrafficCase
  let transport: TransportProtocol
  let family: IPFamily

  var name: String {
    "\(line.service.name) by \(line.reach.rawValue) from \(line.origin.rawValue), \(transport) \(family)"
  }

  /// - Returns: what is wrong; nil when all is as the table says.
  func flaw(in lab: MatrixLab) -> String? {
    switch line.outcome {
    case .answered(let pods, let seen): flawOfAnswers(lab, pods, seen)
    case .refused: flaw(request(lab)) { $0.isRefused(transport, line.origin) }
    case .dropped: flaw(request(lab, timeout: 1)) { $0.isDropped(transport, line.origin) }
    }
  }

  private func flaw(_ request: Request, unless isRight: (Request) -> Bool) -> String? {
    isRight(request) ? nil : "\(name): \(request)"
  }

  /// Asks until each pod has answered, at most a hundred times. They take turns, and other checks that ask the same
  /// Service meanwhile can fall into step with this one so that it always meets the same pod: pauses of random length
  /// break the step.
  private func flawOfAnswers(_ lab: MatrixLab, _ pods: Set<Int>, _ seen: SeenSource) -> String? {
    var missing = pods
    for attempt in 0..<100 where !missing.isEmpty {
      if attempt > pods.count { usleep(UInt32.random(in: 0..<30_000)) }
      let request = request(lab)
      guard case .answer(let answer) = request else { return "\(name): \(request)" }
      guard let pod = pods.first(where: { answer == "pod\($0) \(source(seenBy: $0, seen))" }) else {
        return
          "\(name): answered \"\(answer)\" instead of \(pods.map { "pod\($0) \(source(seenBy: $0, seen))" })"
      }
      missing.remove(pod)
    }
    return missing.isEmpty ? nil : "\(name): never answered by \(missing.sorted())"
  }

  private func source(seenBy pod: Int, _ seen: SeenSource) -> String {
    let node = family == .ipv4 ? Lab.nodeAddress : Lab.nodeAddress6
    guard case .own = seen, pod != line.origin.pod else { return node }
    if let asker = line.origin.pod { return MatrixLab.address(asker, family) }
    return clientAddress ?? node
  }

  private var clientAddress: String? {
    let addresses = MatrixLab.clientAddresses[family]
    return switch line.origin {
    case .client: addresses?.first
    case .secondClient: addresses?.second
    default: nil
    }
  }

  private func request(_ lab: MatrixLab, timeout: Int = 3) -> Request {
    Request(
      from: lab.namespace(line.origin), source: clientAddress,
      to: line.service.address(line.reach, family), line.service.port(line.reach), transport, timeout: timeout
    )
  }
}

/// What came of one request.
enum Request: CustomStringConvertible {
  case answer(String)
  /// The errno.
  case error(Int32)
  case broken(String)

  init(
    from namespace: String, source: String? = nil, to address: String, _ port: UInt16,
    _ transport: TransportProtocol, timeout: Int = 3
  ) {
    do {
      self = .answer(
        try Client.ask(
          from: namespace, address, port, transport, source: source.flatMap { IPAddress($0) },
          timeout: timeout))
    } catch let error as SocketError {
      self = .error(error.errno)
    } catch {
      self = .broken("\(error)")
    }
  }

  /// A datagram that the node itself sends and netfilter drops is an error of send(2), whatever the reason.
  private func isSendError(_ transport: TransportProtocol, _ origin: Origin) -> Bool {
    guard case .error(EPERM) = self else { return false }
    return origin == .node && transport != .tcp
  }

  func isRefused(_ transport: TransportProtocol, _ origin: Origin) -> Bool {
    if case .error(ECONNREFUSED) = self { return true }
    return isSendError(transport, origin)
  }

  func isDropped(_ transport: TransportProtocol, _ origin: Origin) -> Bool {
    switch self {
    case .error(EAGAIN), .error(EINPROGRESS), .error(ETIMEDOUT): true
    default: isSendError(transport, origin)
    }
  }

  var description: String {
    switch self {
    case .answer(let text): "answered \"\(text)\""
    case .error(EAGAIN), .error(EINPROGRESS): "no answer"
    case .error(let number): String(cString: strerror(number))
    case .broken(let text): text
    }
  }
}
