import Addressing
import Glibc
import KernelFakes
import NIOCore
import Reconciler
import ServiceLifecycle
import Testing

@testable import Endpoints

/// Binding, ending, and clients that misbehave.
@Suite(.timeLimit(.minutes(5))) struct HTTPServiceTests {
  private func service(
    port: UInt16 = 0, failsHard: Bool = false, time: any TimeSource = SystemTime(),
    report: @escaping @Sendable (ServerEvent) -> Void
  ) -> HTTPService {
    HTTPService(
      "test server", on: ListenAddress(loopback, port: port), failsHard: failsHard, time: time,
      logger: silent,
      report: report
    ) { question in HTTPAnswer("you asked for \(question.path)") }
  }

  /// Time that tells each sleep's deadline when it begins.
  private struct ToldTime: TimeSource {
    let time = ManualTime()
    let sleeps: AsyncStream<Duration>
    private let feed: AsyncStream<Duration>.Continuation

    init() { (sleeps, feed) = AsyncStream.makeStream() }

    func now() -> Duration { time.now() }

    func sleep(until deadline: Duration) async throws {
      feed.yield(deadline)
      try await time.sleep(until: deadline)
    }
  }

  @Test func aPortThatIsTakenIsToldOnceAndTriedEachFiveSeconds() async throws {
    let occupant = try await Occupant()
    let address = ListenAddress(loopback, port: occupant.port)
    let time = ToldTime()
    let (events, feed) = AsyncStream.makeStream(of: ServerEvent.self)
    let running = Task {
      try await service(port: address.port, time: time) { feed.yield($0) }.run()
    }
    var (event, sleep) = (events.makeAsyncIterator(), time.sleeps.makeAsyncIterator())
    guard case .failed(let error) = await event.next() else {
      Issue.record("it should have failed")
      return
    }
    #expect(error.errno == EADDRINUSE)
    #expect(error.description.hasPrefix("test server: can't listen on \(address): Address already in use"))
    #expect(await sleep.next() == .seconds(5))
    time.time.advance(by: .seconds(5))
    // The second attempt was in vain too.
    #expect(await sleep.next() == .seconds(10))
    try await occupant.leave()
    time.time.advance(by: .seconds(5))
    #expect(await event.next() == .listening(server: "test server", address))
    #expect(try await ask(address, "/x").body == "you asked for /x")
    running.cancel()
    try await running.value
  }

  @Test func whereAFailureIsToBeFatalItThrows() async throws {
    let occupant = try await Occupant()
    await #expect(throws: ListenError.self) {
      try await service(port: occupant.port, failsHard: true) { _ in }.run()
    }
    try await occupant.leave()
  }

  @Test func aShutdownEndsItWhateverClientsDo() async throws {
    let (events, feed) = AsyncStream.makeStream(of: ServerEvent.self)
    let port = try await freePort()
    let group = ServiceGroup(
      services: [service(port: port) { feed.yield($0) }], gracefulShutdownSignals: [], logger: silent)
    let running = Task { try await group.run() }
    var iterator = events.makeAsyncIterator()
    guard case .listening(_, let address) = await iterator.next() else { return }
    let heard = try await RawClient(address).say("GET /half HTTP/1.1\r\nHost: a\r\nX-Slow: ") {
      () async throws in
      // An idle connection of a client that keeps it open.
      _ = try await ask(address, "/")
      await group.triggerGracefulShutdown()
    }
    #expect(heard == "")
    try await running.value
    let next = try await Occupant(port: address.port)
    try await next.leave()
  }

  private func listening(
    _ limits: HTTPListener.Limits, _ body: (ListenAddress) async throws -> Void
  ) async throws {
    let listener = try await HTTPListener(
      ListenAddress(loopback, port: 0), isSingleFamily: false, logger: silent, limits: limits
    ) { _ in HTTPAnswer("ok") }
    let running = Task { await listener.serve() }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(ListenAddress(loopback, port: listener.port)))
    } catch {
      outcome = .failure(error)
    }
    running.cancel()
    await running.value
    try outcome.get()
  }

  @Test func aClientThatNeverAsksIsCutOff() async throws {
    var limits = HTTPListener.Limits()
    limits.deadline.first = .milliseconds(50)
    try await listening(limits) { address async throws in
      #expect(try await RawClient(address).say("GET / HTTP/1.1\r\nHost: a\r\n") == "")
    }
  }

  @Test func aConnectionIsCutOffAWhileAfterItsLastAnswer() async throws {
    var limits = HTTPListener.Limits()
    limits.deadline.next = .milliseconds(50)
    try await listening(limits) { address async throws in
      let heard = try await RawClient(address).say(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost:")
      #expect(heard.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(heard.hasSuffix("\r\n\r\nok"))
    }
  }

  @Test func connectionsBeyondTheLimitAreClosedAtOnce() async throws {
    var limits = HTTPListener.Limits()
    limits.connections = 1
    try await listening(limits) { address async throws in
      // This one's connection stays open for its next request.
      #expect(try await ask(address, "/").body == "ok")
      #expect(try await RawClient(address).say("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == "")
    }
  }

  @Test func aHeadThatIsTooLargeIsRefused() async throws {
    try await listening(HTTPListener.Limits()) { address async throws in
      let heard = try await RawClient(address).say(
        "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n")
      #expect(!heard.contains("200 OK"))
      #expect(try await ask(address, "/").body == "ok")
    }
  }

  /// As in Go, which kube-proxy's servers rest on: load balancers and kubelet's probes may come over either family.
  @Test(arguments: ["0.0.0.0:0", "[::]:0"])
  func anUnspecifiedAddressIsEveryAddressOfBothFamilies(text: String) async throws {
    let listener = try await HTTPListener(
      try #require(ListenAddress(text)), isSingleFamily: false, logger: silent
    ) { _ in HTTPAnswer("ok") }
    let running = Task { await listener.serve() }
    for address in [loopback, loopback6] {
      let reply = try? await ask(ListenAddress(address, port: listener.port), "/")
      #expect(reply?.body == "ok", "\(address)")
    }
    running.cancel()
    await running.value
  }

  @Test(arguments: [
    ("127.0.0.1:10249", "127.0.0.1:10249"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:80", "[::1]:80"),
    ("[::]:10256", "[::]:10256"), ("::1:80", nil), ("[127.0.0.1]:80", nil), ("127.0.0.1", nil), ("", nil),
    ("localhost:80", nil), ("127.0.0.1:65536", nil),
  ]) func addressesAreReadWithTheirPort(text: String, expected: String?) {
    #expect(ListenAddress(text)?.description == expected)
  }
}
