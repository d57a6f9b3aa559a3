import Endpoints
import KubernetesClient
import KubernetesWire
import Reconciler
import ServiceLifecycle

/// What the cluster is told as Events: on the Node, and on Services that aren't served as they ask. Telling never holds
/// anything up.
struct ClusterEvents: Sendable {
  private let recorder: EventRecorder
  private let nodeName: String
  private let remarks: AsyncStream<ServiceRemark>
  private let feed: AsyncStream<ServiceRemark>.Continuation

  init(_ recorder: EventRecorder, nodeName: String) {
    self.recorder = recorder
    self.nodeName = nodeName
    (remarks, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1000))
  }

  /// What sends them; the loop tells where endpoints are.
  func services(asking loop: ReconcileLoop) -> [any Service] {
    [
      RecorderService(recorder: recorder),
      RemarkService(
        remarks: remarks, recorder: recorder, policy: ServiceEventPolicy(ownNodeName: nodeName),
        nodes: { await loop.endpointNodes(of: $0) }),
    ]
  }

  // MARK: On the Node

  /// Reason and action are kube-proxy's, for who looks for them.
  func starting() {
    recorder.record(
      EventReport(
        .normal, on: .node(nodeName), reason: "Starting", action: "StartKubeProxy",
        note: "ipvs-proxy \(Version.current) serves this node's Services"))
  }

  func note(_ error: ListenError, reason: String) {
    recorder.record(EventReport(on: .node(nodeName), reason: reason, action: "Listen", note: "\(error)"))
  }

  // MARK: On Services

  func note(_ event: CoreEvent) { note(ServiceRemark(event)) }
  func note(_ event: SourceEvent) { note(ServiceRemark(event)) }

  func note(_ service: ServiceKey, _ error: ListenError) {
    note(
      ServiceRemark(
        service: service, reason: "FailedToStartServiceHealthcheck", action: "Listen", note: "\(error)"))
  }

  private func note(_ remark: ServiceRemark?) {
    if let remark { feed.yield(remark) }
  }
}

/// Sends Events for as long as the process runs.
private struct RecorderService: Service {
  let recorder: EventRecorder

  func run() async throws {
    try await cancelWhenGracefulShutdown { await recorder.run() }
  }
}

/// Of what is remarked about Services, tells what this node is to tell: a few nodes do, and some of those where the
/// Service's endpoints are.
private struct RemarkService: Service {
  let remarks: AsyncStream<ServiceRemark>
  let recorder: EventRecorder
  let policy: ServiceEventPolicy
  let nodes: @Sendable (ServiceKey) async -> EndpointNodes

  func run() async throws {
    for await remark in remarks.cancelOnGracefulShutdown() {
      let nodes = await nodes(remark.service)
      guard policy.tells(about: remark.service, nodesSeen: nodes.all, nodesWithEndpoints: nodes.own) else {
        continue
      }
      recorder.record(
        EventReport(
          on: .service(remark.service, uid: nodes.uid), reason: remark.reason, action: remark.action,
          note: remark.note))
    }
  }
}
