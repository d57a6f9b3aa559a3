import KubernetesWire
import SeededGenerator
import Testing

@testable import KubernetesClient

/// Laws over random histories, with cuts, compactions, refusals, lagging caches and reconnects.
@Suite struct ReflectorLawTests {
  @Test(arguments: 0..<200)
  func whateverHappensTheObjectsConvergeAndOnlyWhatWasDeletedIsRemoved(seed: UInt64) {
    var world = ServerWorld(seed: seed)
    for _ in 0..<120 { world.step(faults: true) }
    for _ in 0..<8 { world.step(faults: false) }
    #expect(world.objects == world.server.state(at: world.server.version).mapValues(\.resourceVersion))
    #expect(world.violations.isEmpty)
    #expect(world.drive.reflector.known.count == world.objects.count)
  }

  @Test(arguments: 0..<50)
  func whatIsKnownStaysWhileTheServerIsAway(seed: UInt64) {
    var world = ServerWorld(seed: seed)
    for _ in 0..<20 { world.step(faults: false) }
    let before = world.objects
    for _ in 0..<500 {
      world.drive.send()
      world.drive.fail(.transport(WatchSamples.unreachable))
      world.consume()
    }
    #expect(world.objects == before)
    #expect(world.drive.now > .seconds(3600))
  }

  @Test(arguments: 0..<50)
  func outageWithCompactedHistoryCostsOneListAndTellsOnlyWhatChanged(seed: UInt64) {
    var world = ServerWorld(seed: seed)
    world.server.refusesStreaming = seed % 2 == 0
    for _ in 0..<10 { world.step(faults: false) }
    let before = world.objects
    while world.drive.now < .seconds(100_000) {
      world.drive.send()
      world.drive.fail(.transport(WatchSamples.unreachable), after: .seconds(5000))
    }
    world.server.mutate(&world.random)
    world.server.compact()
    world.drive.reflector.output = Reflector.Output()
    world.requests = []
    for _ in 0..<6 { world.step(faults: false, mutates: false) }
    let after = world.server.state(at: world.server.version).mapValues(\.resourceVersion)
    #expect(world.requests.count { if case .list = $0 { true } else { false } } == 1)
    #expect(world.objects == after)
    let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    #expect(world.changes == changed.count)
  }
}

/// A server, a reflector, and somebody who believes what the reflector says.
private struct ServerWorld {
  var random: SeededGenerator
  var server = ModelServer()
  var drive = ReflectorDrive()
  /// Versions by name.
  var objects: [String: String] = [:]
  var violations: [String] = []
  var requests: [ReflectorRequest] = []
  /// Since `requests` was emptied.
  var changes: Int { changesSeen - changesBefore }
  private var changesSeen = 0
  private var changesBefore = 0
  private var wasSynced = false

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    server.refusesStreaming = Int.random(in: 0..<3, using: &random) == 0
    for _ in 0..<Int.random(in: 0..<20, using: &random) { server.mutate(&random) }
  }

  mutating func step(faults: Bool, mutates: Bool = true) {
    if requests.isEmpty { changesBefore = changesSeen }
    if faults || (mutates && requests.count < 5) {
      for _ in 0..<Int.random(in: 0..<4, using: &random) { server.mutate(&random) }
    }
    if faults, chance(10) { server.compact() }
    let request = drive.send()
    requests.append(request)
    if faults, chance(15) {
      drive.fail(.transport(WatchSamples.unreachable))
    } else {
      switch server.answer(request, lag: faults ? Int.random(in: 0..<9, using: &random) : 0) {
      case .refusal(let refusal): drive.fail(.refused(refusal))
      case .messages(let messages): read(messages, faults: faults)
      }
    }
    consume()
  }

  private mutating func read(_ messages: [AnswerMessage], faults: Bool) {
    drive.open()
    let isCut = faults && chance(30)
    for message in isCut ? messages.prefix(Int.random(in: 0...messages.count, using: &random)) : messages[...]
    {
      guard drive.take(message) else { return }
    }
    if isCut {
      drive.fail(
        [.transport(WatchSamples.unreachable), .endedEarly, .silent(.seconds(150)), .malformed("cut")]
          .randomElement(using: &random) ?? .endedEarly)
    } else {
      drive.end()
    }
  }

  /// As the source does: before the first list is whole, nothing is in force that could be removed.
  mutating func consume() {
    for change in drive.output().changes {
      changesSeen += 1
      switch change {
      case .set(let object):
        if objects[object.name.name] == object.resourceVersion {
          violations.append("\(object.name.name) told again")
        }
        objects[object.name.name] = object.resourceVersion
      case .removed(let name):
        let version = objects.removeValue(forKey: name.name).flatMap { Int($0) }
        guard wasSynced else { continue }
        guard let version, server.deletions(of: name.name, after: version) else {
          violations.append("\(name.name) removed, never deleted")
          continue
        }
      }
    }
    wasSynced = drive.reflector.isSynced
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}
