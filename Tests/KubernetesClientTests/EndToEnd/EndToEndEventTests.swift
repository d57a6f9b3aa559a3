import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// Kubernetes Events as a server takes them.
@Suite(.timeLimit(.minutes(5))) struct EndToEndEventTests {
  @Test(arguments: [true, false])
  func anEventReachesTheServer(_ hasNewEvents: Bool) async throws {
    var personality = Personality.v136
    personality.hasNewEvents = hasNewEvents
    let server = try await FakeAPIServer.filled(personality)
    try await EndToEnd.run(server) { world in
      await world.converges()
      let access = try ClusterAccess.resolve(kubeconfig: world.folder.path + "/kubeconfig", master: nil)
      let source = CredentialSource(access, tell: world.notes.add)
      let transport = HTTPTransport(source, version: "1.2.3", tell: world.notes.add)
      let recorder = EventRecorder(transport, nodeName: "node-1", tell: world.notes.add)
      let run = Task { await recorder.run() }
      recorder.record(
        EventReport(.normal, on: .node("node-1"), reason: "Starting", action: "StartKubeProxy", note: ""))
      let path = hasNewEvents ? "/apis/events.k8s.io/v1/" : "/api/v1/"
      let isThere = await server.requests.wait(within: EndToEnd.patience) {
        $0.contains { $0.verb == .post && $0.path.hasPrefix(path) }
      }
      #expect(isThere)
      let event = try #require(server.requests.events.last)
      #expect(event["reason"] == "Starting")
      #expect(event[hasNewEvents ? "regarding" : "involvedObject"]["name"] == "node-1")
      run.cancel()
      _ = await run.result
      await transport.shutdown()
    }
  }
}
