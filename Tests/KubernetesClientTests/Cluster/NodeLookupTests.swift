import Addressing
import KernelFakes
import Reconciler
import Testing

@testable import KubernetesClient

/// The one Node object that detect-local mode NodeCIDR can't begin without.
@Suite struct NodeLookupTests {
  private let time = ManualTime(jumps: true)

  private func list(_ nodes: String...) -> ScriptedTransport.Reply {
    .text(
      #"{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[\#(nodes.joined(separator: ","))]}"#
    )
  }

  private func lookup(_ script: @escaping @Sendable (Int) -> ScriptedTransport.Reply) -> (
    lookup: NodeLookup, transport: ScriptedTransport
  ) {
    let transport = ScriptedTransport { _, count in script(count) }
    return (NodeLookup(name: "node-a", transport: transport, time: time), transport)
  }

  @Test func itIsAskedForUntilItHasWhatIsNeeded() async throws {
    let replies: [ScriptedTransport.Reply] = [
      .refusal(503, "starting"), list(), list(WatchBodies.node("node-a", 7)),
      list(WatchBodies.node("node-a", 8, spec: #""podCIDRs":["10.244.1.0/24"]"#)),
    ]
    let (lookup, transport) = lookup { replies[min($0, replies.count - 1)] }
    let node = try await lookup.node(within: .seconds(300)) { !$0.podCIDRs.isEmpty }
    #expect(node.podCIDRs.map(\.description) == ["10.244.1.0/24"])
    #expect(transport.requests.count == 4)
    #expect(transport.requests.allSatisfy { $0["fieldSelector"] == "metadata.name=node-a" })
    #expect(time.now() == NodeLookup.interval * 3)
  }

  @Test func anotherNodeIsNotTakenForIt() async throws {
    let other = list(WatchBodies.node("node-b", 7, spec: #""podCIDRs":["10.244.2.0/24"]"#))
    let (lookup, _) = lookup { _ in other }
    await #expect(throws: NodeLookupError.self) {
      try await lookup.node(within: .seconds(10)) { !$0.podCIDRs.isEmpty }
    }
  }

  @Test func theSentenceSaysWhatWasWrongAtLast() async throws {
    let (lookup, _) = lookup { _ in
      .failure(TransportError(.unreachable, server: "https://10.0.0.1:6443", message: "connection refused"))
    }
    do {
      _ = try await lookup.node(within: .seconds(10)) { _ in true }
      Issue.record("there is none")
    } catch let error as NodeLookupError {
      #expect(
        error.description
          == "Node node-a could not be had within 10 s: https://10.0.0.1:6443: connection refused")
    }
  }
}
