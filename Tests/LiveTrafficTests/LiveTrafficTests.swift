import Inspection
import Reconciler
import Synchronization
import Terminal
import Testing

@testable import LiveTraffic

@Suite struct LiveTrafficTests {
  private func reader(_ source: ScriptedTraffic, namespace: String? = nil) -> TrafficReader {
    TrafficReader(source: source, namespace: namespace, now: SteppingClock().now)
  }

  @Test func aReadingCostsWhatIsLookedAt() async throws {
    let source = ScriptedTraffic()
    var reader = reader(source)
    _ = try await reader.read(.connections, window: 0..<3)
    // There are no rates yet: by name.
    #expect(source.asked.realServers == [[0, 2, 4].map(ScriptedTraffic.id)])
    let rows = try await reader.read(.connections, window: 0..<3)
    #expect(rows.prefix(3).map(\.name) == ["s9", "s8", "s7"])
    #expect(source.asked.realServers.last == [9, 8, 7].map(ScriptedTraffic.id))
    #expect(rows.map { $0.realServers != nil } == [true, true, true] + Array(repeating: false, count: 7))
    // Names are asked for once.
    #expect(source.asked.owners == 1)
  }

  @Test func activeConnectionsAreThoseOfAllThatEverHadOne() async throws {
    let source = ScriptedTraffic()
    var reader = reader(source)
    let rows = try await reader.read(.active, window: 0..<2)
    #expect(rows.prefix(3).map(\.name) == ["s1", "s2", "s3"] && rows.last?.name == "s0")
    #expect(source.asked.realServers.first?.count == 9)
    // For pipes too.
    let all = try await reader.read(.name, window: nil)
    #expect(all.filter { $0.realServers != nil }.count == 9)
    #expect(all.first { $0.name == "s9" }?.realServers?.map { $0.rates?.connections } == [0.5, 1])
  }

  @Test func namesAreAskedForWhenThereIsSomethingNew() async throws {
    let source = ScriptedTraffic()
    var reader = reader(source, namespace: "odd")
    _ = try await reader.read(.name, window: 0..<9)
    source.add(services: 2)
    let rows = try await reader.read(.name, window: 0..<9)
    #expect(source.asked.owners == 2 && rows.map(\.name) == ["s1", "s11", "s3", "s5", "s7", "s9"])
    _ = try await reader.read(.name, window: 0..<9)
    #expect(source.asked.owners == 2)
  }

  @Test func withoutNamesThereAreAddresses() async throws {
    let source = ScriptedTraffic(services: 2, hasNames: false)
    var reader = reader(source)
    for _ in 0..<3 {
      let rows = try await reader.read(.name, window: 0..<9)
      #expect(rows.map(\.title) == ["10.96.0.0:80/tcp", "10.96.0.1:80/tcp"])
    }
    #expect(!reader.hasNames && source.asked.owners == 1)
  }

  /// The screens that these events lead to; the first is there before any.
  private func screens(_ source: ScriptedTraffic, _ events: [LiveTraffic.Event]) async throws -> [[String]] {
    var reader = reader(source)
    let rows = try await reader.read(.connections, window: 0..<10)
    let shown = Mutex<[[String]]>([])
    var live = LiveTraffic(
      reader, rows: rows, order: .connections, display: { (Display(width: 80), height: 10) },
      show: { lines in shown.withLock { $0.append(lines) } })
    let (stream, feed) = AsyncStream.makeStream(of: LiveTraffic.Event.self)
    for event in events { feed.yield(event) }
    feed.finish()
    await live.run(stream)
    return shown.withLock { $0 }
  }

  private func first(_ screen: [String]) -> String { String(screen[3].prefix { $0 != " " }) }

  @Test func readingsAndKeysChangeTheScreen() async throws {
    let screens = try await screens(
      ScriptedTraffic(),
      [
        .tick, .screen(.key(.down)), .screen(.key(.character("n"))), .screen(.redraw),
        .screen(.key(.character("r"))), .screen(.key(.pageDown)),
      ])
    #expect(
      screens.map(first) == ["even/s0", "odd/s9", "even/s8", "even/s0", "even/s0", "even/s0", "odd/s3"])
    #expect(screens[0][0] == "- conn/s, -/s in, -/s out; 10 Services from 1, by connections")
    #expect(
      screens[1][0] == "23 conn/s, 23 kB/s in, 45 kB/s out; 10 Services from 1, by connections")
    #expect(screens[3] == screens[4])
    #expect(screens[1][4].hasPrefix("  10.244.0.146:8080") && screens[1][4].hasSuffix("drains"))
    #expect(screens[5][4].hasPrefix("even/s2"))
  }

  @Test(arguments: [
    LiveTraffic.Event.screen(.key(.character("q"))), .screen(.end),
  ]) func itEndsWhenAskedTo(event: LiveTraffic.Event) async throws {
    let screens = try await screens(ScriptedTraffic(), [event, .tick, .tick])
    #expect(screens.count == 1)
  }

  @Test func anEmptyScreenSaysWhy() async throws {
    let screens = try await screens(ScriptedTraffic(services: 0), [.tick, .screen(.key(.end))])
    #expect(screens.count == 3)
    for screen in screens {
      #expect(screen[0].contains("0 Services, by"))
      #expect(screen[1] == "IPVS has no virtual servers, or none of this namespace")
    }
  }

  @Test func aReadingThatFailsIsToldAndTheLastStays() async throws {
    let source = ScriptedTraffic()
    var reader = reader(source)
    let rows = try await reader.read(.name, window: 0..<10)
    let shown = Mutex<[[String]]>([])
    var live = LiveTraffic(
      reader, rows: rows, order: .name, display: { (Display(width: 80), height: 10) },
      show: { lines in shown.withLock { $0.append(lines) } })
    source.fail()
    let (stream, feed) = AsyncStream.makeStream(of: LiveTraffic.Event.self)
    feed.yield(.tick)
    feed.finish()
    await live.run(stream)
    let screens = shown.withLock { $0 }
    #expect(screens.map { $0[1] } == ["", "the kernel says no"] && first(screens[1]) == "even/s0")
  }
}
