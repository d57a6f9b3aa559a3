import Reconciler

@testable import KubernetesClient

/// A source that runs, over a script, in virtual time.
final class RunningSource: Sendable {
  let source: ClusterSource
  let transport: ScriptedTransport
  let time = VirtualTime()
  private let run: Task<Void, Never>
  private let collector: Task<Void, Never>
  private let collected = Collected()

  actor Collected {
    var updates: [ClusterUpdate] = []
    func add(_ update: ClusterUpdate) { updates.append(update) }
  }

  init(
    _ configuration: ClusterConfiguration = ClusterConfiguration(nodeName: "n1"),
    _ script: @escaping @Sendable (APIRequest, Int) -> ScriptedTransport.Reply
  ) {
    let transport = ScriptedTransport(script)
    let source = ClusterSource(configuration, transport: transport, time: time, random: { 0 })
    self.transport = transport
    self.source = source
    run = Task { await source.run() }
    collector = Task { [collected] in
      while let update = await source.next() { await collected.add(update) }
    }
  }

  var updates: [ClusterUpdate] { get async { await collected.updates } }
  var batches: [InputBatch] { get async { await updates.compactMap(\.batch) } }
  var changes: [InputChange] { get async { await batches.flatMap(\.changes) } }
  var events: [SourceEvent] { get async { await updates.flatMap(\.events) } }

  /// Ends it, and waits for the end.
  func stop() async {
    run.cancel()
    await run.value
    await collector.value
  }
}

extension RunningSource {
  convenience init(script: @escaping @Sendable (APIRequest, Int) -> ScriptedTransport.Reply) {
    self.init(ClusterConfiguration(nodeName: "n1"), script)
  }
}
