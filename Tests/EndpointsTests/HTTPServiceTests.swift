import Addressing
import Glibc
import KernelFakes
import NIOCore
import Reconciler
import ServiceLifecycle
import Testing

@testable import Endpoints

/// Binding, ending, and clients that misbehave.
@Suite(.timeLimit(.minutes(1))) struct HTTPServiceTests {
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

  @Test func aPortThatIsTakenIsToldOnceAndHadLater() async throws {
    let occupant = try await Occupant()
    let time = ManualTime()
    let (events, feed) = AsyncStream.makeStream(of: ServerEvent.self)
    let running = Task { [port = occupant.port] in
      try await service(port: port, time: time) { feed.yield($0) }.run()
    }
    var iterator = events.makeAsyncIterator()
    let address = ListenAddress(loopback, port: occupant.port)
    guard case .failed(let error) = await iterator.next() else {
      Issue.record("it should have failed")
      return
    }
    #expect(error.errno == EADDRINUSE)
    #expect(
      error.description.hasPrefix(
        "test server: can't listen on 127.0.0.1:\(occupant.port): Address already in use"))
    // An attempt in vain, which is not told again.
    time.advance(by: .seconds(5))
    try await occupant.leave()
    let advancing = Task {
      while !Task.isCancelled {
        time.advance(by: .seconds(5))
        await Task.yield()
      }
    }
    #expect(await iterator.next() == .listening(server: "test server", address))
    advancing.cancel()
    #expect(try await ask(address, "/x").body == "you asked for /x")
    running.cancel()
    try await running.value
  }

  @Test func itIsNotTriedAgainBeforeItsTime() async throws {
    let occupant = try await Occupant()
    let time = ManualTime()
    let (events, feed) = AsyncStream.makeStream(of: ServerEvent.self)
    let running = Task { [port = occupant.port] in
      try await service(port: port, time: time) { feed.yield($0) }.run()
    }
    var iterator = events.makeAsyncIterator()
    _ = await iterator.next()
    let port = occupant.port
    try await occupant.leave()
    time.advance(by: .milliseconds(4999))
    // Whoever comes in between has the port.
    let other = try await Occupant(port: port)
    #expect(other.port == port)
    try await other.leave()
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
    let group = ServiceGroup(
      services: [service { feed.yield($0) }], gracefulShutdownSignals: [], logger: silent)
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
      #expect(try await ask(address, "/").body == "ok")
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
      let first = try await RawClient(address).say("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n") {
        () async throws in
        #expect(try await RawClient(address).say("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == "")
      }
      #expect(first == "")
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

  @Test(arguments: [
    ("127.0.0.1:10249", "127.0.0.1:10249"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:80", "[::1]:80"),
    ("[::]:10256", "[::]:10256"), ("::1:80", nil), ("[127.0.0.1]:80", nil), ("127.0.0.1", nil), ("", nil),
    ("localhost:80", nil), ("127.0.0.1:65536", nil),
  ]) func addressesAreReadWithTheirPort(text: String, expected: String?) {
    #expect(ListenAddress(text)?.description == expected)
  }
}
