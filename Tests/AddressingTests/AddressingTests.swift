import Addressing
import Glibc
import Testing

@Suite struct AddressingTests {
  @Test(arguments: [
    "0.0.0.0", "10.96.0.1", "255.255.255.255", "::", "::1", "fd00::1", "2001:db8::8:800:200c:417a", "fe80::1",
    "1:2:3:4:5:6:7:8",
  ]) func textGoesBothWays(text: String) {
    #expect(IPAddress(text)?.description == text)
  }

  @Test(arguments: [
    "", "10.96.0", "10.96.0.256", "010.1.1.1", "10.96.0.1 ", "fe80::1%eth0", ":::", "1:2:3:4:5:6:7:8:9",
    "web", "10.0.0.1/8",
  ]) func whatIsNoAddressIsRefused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: 0..<20) func dottedQuadsAreReadAsTheCLibraryReadsThem(seed: Int) {
    // The first nine are right; of the others each text gets about one.
    let octets = [
      "0", "1", "10", "99", "100", "249", "255", "255", "0", "256", "00", "01", "", "1a", "999", "-1",
    ]
    var state = UInt64(seed + 1)
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    for _ in 0..<500 {
      let text = (0..<3 + next(3)).map { _ in octets[next(next(4) == 0 ? octets.count : 9)] }.joined(
        separator: ".")
      var raw = in_addr()
      let isRead = inet_pton(AF_INET, text, &raw) == 1
      #expect(IPAddress(text) == (isRead ? IPAddress(ipv4: UInt32(bigEndian: raw.s_addr)) : nil), "\(text)")
    }
  }

  @Test(arguments: ["10.96.0.1", "fd00:1:2:3:4:5:6:7"]) func bytesAreInNetworkOrder(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(IPAddress(bytes: address.bytes) == address)
    #expect(address.bytes.first == (address.family == .ipv4 ? 10 : 0xFD))
    #expect(IPAddress(bytes: address.bytes.dropLast()) == nil)
  }

  @Test func kindsOfAddresses() throws {
    func is4(_ text: String, _ property: KeyPath<IPAddress, Bool>) -> Bool {
      IPAddress(text)?[keyPath: property] ?? false
    }
    #expect(is4("127.8.9.1", \.isLoopback) && is4("::1", \.isLoopback) && !is4("128.0.0.1", \.isLoopback))
    #expect(
      is4("169.254.1.1", \.isLinkLocal) && is4("fe80::1", \.isLinkLocal) && is4("febf::1", \.isLinkLocal))
    #expect(!is4("fec0::1", \.isLinkLocal) && !is4("169.255.0.1", \.isLinkLocal))
    #expect(
      is4("224.0.0.1", \.isMulticast) && is4("ff02::1", \.isMulticast) && !is4("240.0.0.1", \.isMulticast))
    #expect(is4("::ffff:10.0.0.1", \.isIPv4Mapped) && !is4("::10.0.0.1", \.isIPv4Mapped))
  }

  @Test func countingUpCarriesAndEnds() throws {
    #expect(IPAddress("10.0.0.255")?.advanced(by: 1)?.description == "10.0.1.0")
    #expect(IPAddress("255.255.255.255")?.advanced(by: 1) == nil)
    #expect(IPAddress("fd00::ffff:ffff:ffff:ffff")?.advanced(by: 1)?.description == "fd00:0:0:1::")
    #expect(IPAddress("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")?.advanced(by: 1) == nil)
  }

  @Test(arguments: [
    ("10.96.0.0/12", "10.96.0.1", true), ("10.96.0.0/12", "10.112.0.0", false),
    ("0.0.0.0/0", "8.8.8.8", true),
    ("0.0.0.0/0", "::1", false), ("fd00::/64", "fd00::ffff", true), ("fd00::/64", "fd00:0:0:1::", false),
    ("fd00::/72", "fd00::ff:0:0:0", true), ("fd00::/72", "fd00::100:0:0:0", false), ("::/0", "ff::", true),
    ("10.1.2.3/32", "10.1.2.3", true),
  ]) func networksHoldTheirAddresses(network: String, address: String, expected: Bool) throws {
    let network = try #require(IPNetwork(network))
    #expect(network.contains(try #require(IPAddress(address))) == expected)
  }

  @Test func hostBitsAreCleared() {
    #expect(IPNetwork("10.1.2.3/8")?.description == "10.0.0.0/8")
    #expect(IPNetwork("fd00::1/16")?.description == "fd00::/16")
  }

  @Test(arguments: ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "fd00::/129", "/8", "10.0.0.0/+8"])
  func whatIsNoNetworkIsRefused(text: String) {
    #expect(IPNetwork(text) == nil)
  }

  @Test func networksOverlapBothWays() throws {
    let wide = try #require(IPNetwork("10.0.0.0/8"))
    let narrow = try #require(IPNetwork("10.96.0.0/12"))
    let other = try #require(IPNetwork("172.16.0.0/12"))
    #expect(wide.overlaps(narrow) && narrow.overlaps(wide))
    #expect(!other.overlaps(wide) && !wide.overlaps(other))
  }

  @Test func addressesSortByFamilyThenValue() throws {
    let sorted = ["::1", "10.0.0.2", "9.0.0.1", "10.0.0.1"].compactMap { IPAddress($0) }.sorted()
    #expect(sorted.map(\.description) == ["9.0.0.1", "10.0.0.1", "10.0.0.2", "::1"])
  }

  @Test func protocolsInAnyLetterCase() {
    #expect(
      TransportProtocol("TCP") == .tcp && TransportProtocol("sctp") == .sctp
        && TransportProtocol("icmp") == nil)
  }
}
