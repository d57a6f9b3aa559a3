import Terminal
import Testing

@testable import Inspection
@testable import LiveTraffic

@Suite struct TrafficScreenTests {
  private static func server(_ last: Int, weight: UInt32 = 1) -> ServiceTraffic.Server {
    ServiceTraffic.Server(
      address: "10.244.0.\(last)", port: 8080, weight: weight,
      rates: TrafficRates(connections: Double(last), incomingBytes: 1234, outgoingBytes: 99_960),
      activeConnections: last, inactiveConnections: 0)
  }

  private static let web = ServiceTraffic(
    namespace: "shop", name: "web", virtualServers: ["10.96.0.20:80/tcp", "203.0.113.10:80/tcp"],
    rates: TrafficRates(connections: 12.34, incomingBytes: 1_234_000, outgoingBytes: 999_600),
    activeConnections: 1200, inactiveConnections: 1, drainingRealServers: 1,
    realServers: [server(5), server(6, weight: 0)])
  private static let idle = ServiceTraffic(
    namespace: "a-namespace-with-a-long-name", name: "and-a-service-whose-name-is-longer-still",
    virtualServers: ["10.96.0.21:5432/tcp"], rates: TrafficRates(), activeConnections: 0)
  private static let stranger = ServiceTraffic(
    namespace: "", name: "172.16.0.1:443/tcp", virtualServers: ["172.16.0.1:443/tcp"])

  private func screen(_ change: (inout TrafficView) -> Void = { _ in }) -> TrafficScreen {
    var view = TrafficView()
    change(&view)
    return TrafficScreen(rows: [Self.web, Self.idle, Self.stranger], view: view)
  }

  @Test func eightyColumnsHaveNamesAndNumbers() {
    #expect(
      screen().lines(Display(width: 80), height: 10) == [
        "12 conn/s, 1.2 MB/s in, 1 MB/s out; 3 Services from 1, by connections", "",
        "SERVICE                             CONN/S   ACTIVE      IN/S     OUT/S   DRAINS",
        "shop/web                                12     1.2k    1.2 MB      1 MB        1",
        "  10.244.0.6:8080                        6        6    1.2 kB    100 kB   drains",
        "  10.244.0.5:8080                        5        5    1.2 kB    100 kB",
        "a-namespace-with-a-long-name/and…        0        0       0 B       0 B        -",
        "172.16.0.1:443/tcp                       -        -         -         -        -", "",
        "c conn/s  a active  i in  o out  n name  r real servers  arrows, pages  q quit",
      ])
  }

  @Test func moreColumnsHaveTheAddressesToo() {
    let lines = screen().lines(Display(width: 160), height: 10)
    #expect(
      lines[2].hasPrefix("SERVICE          ") && lines[2].hasSuffix("DRAINS   ADDRESSES")
        && lines[3].hasSuffix("1   10.96.0.20:80/tcp, 203.0.113.10:80/tcp"))
    #expect(lines[6].hasPrefix("a-namespace-with-a-long-name/and-a-service-whose-name-i…"))
    // No address twice.
    #expect(lines[7].hasSuffix("-"))
    #expect(lines[9].hasSuffix("q quit"))
  }

  @Test(arguments: [1, 12, 40, 80, 109, 110, 160, 400], [0, 1, 3, 5, 8, 24])
  func noScreenIsLargerThanItsPlace(width: Int, height: Int) {
    let lines = screen().lines(Display(width: width), height: height)
    #expect(lines.count == height && lines.allSatisfy { $0.count <= width })
  }

  @Test func theViewChoosesWhatIsThere() {
    let names = { (screen: TrafficScreen) in
      screen.lines(Display(width: 80), height: 24).dropFirst(3).map { $0.prefix { $0 != " " } }
        .filter { !$0.isEmpty }.dropLast()
    }
    #expect(
      names(screen { $0.showsRealServers = false })
        == ["shop/web", "a-namespace-with-a-long-name/and…", "172.16.0.1:443/tcp"])
    #expect(names(screen { $0.position = 2 }) == ["172.16.0.1:443/tcp"])
    // The list has become shorter.
    #expect(names(screen { $0.position = 7 }) == ["172.16.0.1:443/tcp"])
  }

  @Test func aServiceThatFillsTheScreenSaysHowMuchIsMissing() {
    var large = Self.web
    large.realServers = (1...20).map { Self.server($0) }
    let screen = TrafficScreen(rows: [large, Self.idle], view: TrafficView())
    let lines = screen.lines(Display(width: 80), height: 10)
    #expect(lines[7].hasPrefix("  10.244.0.17:8080") && lines[8] == "  and 16 more")
    #expect(screen.page(height: 10) == 0 && screen.page(height: 40) == 2)
    #expect(self.screen().page(height: 8) == 2)
  }

  @Test func aNoticeIsAboveTheTitles() {
    var screen = screen()
    screen.notice = "no\u{1B}names"
    #expect(screen.lines(Display(width: 80), height: 9)[1] == "no?names")
    #expect(screen.lines(Display(width: 80, hasColor: true), height: 9)[1] == "\u{1B}[33mno?names\u{1B}[0m")
  }

  @Test func pipesGetAllOfIt() {
    let lines = TrafficScreen.table([Self.stranger, Self.idle, Self.web], order: .name, Display())
    #expect(lines.count == 6 && lines.allSatisfy { !$0.contains("…") && !$0.contains("\u{1B}") })
    #expect(lines[0].hasPrefix("SERVICE") && lines[1].hasPrefix("a-namespace-with-a-long-name/and-a-service"))
    #expect(lines[3] == "  10.244.0.5:8080" + lines[3].dropFirst(17))
  }

  @Test(arguments: [
    (0.0, "0", "0 B"), (0.04, "0", "0 B"), (0.46, "0.5", "0 B"), (9.94, "9.9", "10 B"), (9.96, "10", "10 B"),
    (999.4, "999", "999 B"), (999.6, "1k", "1 kB"), (1234, "1.2k", "1.2 kB"), (99_960, "100k", "100 kB"),
    (1e18, "1E", "1 EB"), (5e21, "5000E", "5000 EB"),
  ]) func ratesAreShort(value: Double, count: String, bytes: String) {
    #expect(RateText.count(value) == count && RateText.bytes(value) == bytes)
  }
}
