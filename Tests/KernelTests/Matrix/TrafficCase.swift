import Addressing
import Testing

/// Who asks.
enum Origin: String, Sendable, CaseIterable {
  /// Outside, with two addresses.
  case client, secondClient
  case node
  /// On node-a.
  case pod1, pod2
  /// Pod 11, on node-b.
  case remotePod

  var pod: Int? {
    switch self {
    case .pod1: 1
    case .pod2: 2
    case .remotePod: 11
    default: nil
    }
  }
}

/// Which source address a pod sees.
enum SeenSource: Sendable {
  /// The asker's own; but a pod that reaches itself is seen as the node.
  case own
  /// The node's.
  case node
}

/// What becomes of a request.
enum Outcome: Sendable {
  /// Answered by each of these pods in turn, and by no other.
  case answered(by: Set<Int>, seen: SeenSource)
  /// Told at once that nobody is there.
  case refused
  /// Nothing comes back.
  case dropped
}

/// One line of the table: a Service by one kind of address, from one place.
struct TrafficCase: Sendable {
  let service: MatrixService
  let reach: Reach
  let origin: Origin
  let outcome: Outcome
  var transports: [TransportProtocol] = [.tcp, .udp]
}

/// Lines that say one thing together: what a test is about.
struct TrafficGroup: Sendable, CustomTestStringConvertible {
  let title: String
  let cases: [TrafficCase]
  var testDescription: String { title }

  /// Every case over each of its transports and both families.
  var checks: [TrafficCheck] {
    cases.flatMap { line in
      line.transports.flatMap { transport in
        IPFamily.allCases.map { TrafficCheck(line: line, transport: transport, family: $0) }
      }
    }
  }
}
