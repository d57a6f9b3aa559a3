import Addressing
import Glibc
import Netlink
import Testing
import TransportFakes

/// ctnetlink messages against bytes from the wire.
@Suite struct ConntrackMessageTests {
  private static let dns = IPAddress(ipv4: 0x0A60_000A)
  private static let client = IPAddress(ipv4: 0x0AF4_0009)
  private static let client6 = IPAddress(ipv6High: 0xFD00_0010 << 32, low: 9)

  private static let answered = ConntrackTuple(
    from: client, port: 40000, to: dns, port: 53, transport: 17)
  private static let zoned = ConntrackTuple(
    from: client6, port: 40001, to: IPAddress(ipv6High: 0xFD00 << 48, low: 10), port: 53, transport: 17)
  private static let halfZoned = ConntrackTuple(
    from: client6, port: 40001, to: IPAddress(ipv6High: 0xFD00 << 48, low: 11), port: 53, transport: 17,
    zone: 9)

  @Test func `flows are read with their zones`() throws {
    let flows = try messages(CapturedConntrack.list).compactMap { try ConntrackFlow($0) }

    #expect(Set(flows.map(\.original)) == [Self.answered, Self.zoned, Self.halfZoned])
    #expect(flows.filter { $0.zone == 7 }.map(\.original) == [Self.zoned])
    #expect(flows.allSatisfy { $0.id != nil })
  }

  @Test func `conntrack's deletions are understood`() throws {
    let cases = [
      (CapturedConntrack.delete, ConntrackFlow(Self.answered)),
      (CapturedConntrack.delete6, ConntrackFlow(Self.zoned, zone: 7)),
      (CapturedConntrack.deleteWithZoneOfOneDirection, ConntrackFlow(Self.halfZoned)),
    ]
    for (bytes, flow) in cases {
      #expect(try ConntrackRequest(try #require(try messages(bytes).first)) == .delete(flow))
    }
  }

  @Test(arguments: [
    (answered, CapturedConntrack.delete), (zoned, CapturedConntrack.delete6),
    (halfZoned, CapturedConntrack.deleteWithZoneOfOneDirection),
  ])
  func `a flow is named with conntrack's bytes`(_ tuple: ConntrackTuple, _ bytes: [UInt8]) {
    let ours = encoded { ConntrackRequest.delete(ConntrackFlow(tuple)).encode(into: &$0) }

    // The tool goes on with the reply's direction and more, and its message is that much longer.
    #expect(body(ours)[4...] == body(Array(bytes[..<ours.count]))[4...])
  }

  @Test func `zone and number come with a deletion`() throws {
    let flow = ConntrackFlow(Self.zoned, zone: 7, id: 0xCAFE_BABE)

    let bytes = encoded { ConntrackRequest.delete(flow).encode(into: &$0) }

    // CTA_ZONE and CTA_ID, in network order.
    #expect(Array(bytes.suffix(16)) == hex("06001200 00070000 08000c00 cafebabe"))
    #expect(try ConntrackRequest(try #require(try messages(bytes).first)) == .delete(flow))
  }

  @Test func `a dump asks for the protocol only`() throws {
    let filter = ConntrackFilter(.ipv4, transport: 17)

    let bytes = encoded { ConntrackRequest.dump(filter).encode(into: &$0) }

    // AF_INET; CTA_TUPLE_ORIG with CTA_TUPLE_PROTO with CTA_PROTO_NUM; CTA_FILTER with flag 1 << 3.
    #expect(
      Array(bytes.dropFirst(16))
        == hex(
          """
          02000000 10000180 0c000280 05000100 11000000
          14001980 08000100 08000000 08000200 00000000
          """))
    #expect(try ConntrackRequest(try #require(try messages(bytes).first)) == .dump(filter))
  }

  @Test func `a dump can ask for one destination only`() throws {
    let filter = ConntrackFilter(.ipv4, transport: 17, destinationAddress: Self.dns, destinationPort: 53)

    let bytes = encoded { ConntrackRequest.dump(filter).encode(into: &$0) }

    #expect(
      Array(bytes.dropFirst(16))
        == hex(
          """
          02000000 24000180 0c000180 08000200 0a60000a 14000280 05000100 11000000 06000300 00350000
          14001980 08000100 2a000000 08000200 00000000
          """))
    #expect(try ConntrackRequest(try #require(try messages(bytes).first)) == .dump(filter))
  }

  @Test func `a dump of IPv6 leaves the address to us, for the kernel gets it wrong`() throws {
    let filter = ConntrackFilter(
      .ipv6, transport: 17, destinationAddress: Self.zoned.destination, destinationPort: 53)

    let bytes = encoded { ConntrackRequest.dump(filter).encode(into: &$0) }

    #expect(
      Array(bytes.dropFirst(16))
        == hex(
          """
          0a000000 18000180 14000280 05000100 11000000 06000300 00350000
          14001980 08000100 28000000 08000200 00000000
          """))
    let other = ConntrackFlow(Self.halfZoned)
    #expect(filter.matches(ConntrackFlow(Self.zoned)) && !filter.matches(other))
  }

  @Test func `what a kernel without filters tells is filtered here`() throws {
    let transport = ScriptedTransport(
      [CapturedConntrack.list, CapturedConntrack.listDone].map { .datagram($0) })
    let filter = ConntrackFilter(.ipv4, transport: 17, destinationAddress: Self.dns, destinationPort: 53)

    let flows = try ConntrackClient(NetlinkConnection(transport)).flows(filter)

    #expect(flows.map(\.original) == [Self.answered])
  }

  @Test func `a deletion is acknowledged`() {
    let transport = ScriptedTransport([.datagram(CapturedConntrack.deleteAnswer)])

    #expect(ConntrackClient(NetlinkConnection(transport)).delete([ConntrackFlow(Self.answered)]) == [.done])
  }
}
