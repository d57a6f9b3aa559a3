import Addressing
import Glibc
import Netlink
import Testing
import TransportFakes

/// rtnetlink messages against bytes from the wire, both ways.
@Suite struct RouteMessageTests {
  static let v4 = IPAddress(ipv4: 0x0A60_0001)
  static let v6 = IPAddress(ipv6High: 0xFD00 << 48, low: 1)

  static let requests: [(RouteRequest, [UInt8])] = [
    (.newLink(Link(index: 0, name: "kube-ipvs0", kind: "dummy")), CapturedRoute.newLink),
    (.deleteLink(index: 2), CapturedRoute.deleteLink),
    (.newAddress(.virtualIP(v4, on: 2)), CapturedRoute.newAddress),
    (.newAddress(.virtualIP(v6, on: 2)), CapturedRoute.newAddress6),
    (
      .deleteAddress(InterfaceAddress(interfaceIndex: 2, address: v4, prefixLength: 32)),
      CapturedRoute.deleteAddress
    ),
    (
      .deleteAddress(InterfaceAddress(interfaceIndex: 2, address: v6, prefixLength: 128)),
      CapturedRoute.deleteAddress6
    ),
  ]

  @Test(arguments: requests)
  func `requests are those of ip, byte for byte`(_ request: RouteRequest, _ bytes: [UInt8]) {
    #expect(body(encoded { request.encode(into: &$0) }) == body(bytes))
  }

  @Test(arguments: requests)
  func `requests of ip are understood`(_ request: RouteRequest, _ bytes: [UInt8]) throws {
    #expect(try RouteRequest(try #require(try messages(bytes).first)) == request)
  }

  @Test func `an address that is there is replaced, a link is not`() {
    // NLM_F_REQUEST with NLM_F_CREATE and NLM_F_REPLACE, or NLM_F_EXCL.
    #expect(flags(encoded { RouteRequest.newAddress(.virtualIP(Self.v4, on: 2)).encode(into: &$0) }) == 0x501)
    #expect(flags(encoded { RouteRequest.newLink(Link(index: 0, name: "a")).encode(into: &$0) }) == 0x601)
  }

  @Test func `a link is read with its kind`() throws {
    let transport = ScriptedTransport([.datagram(CapturedRoute.link)])

    let link = try RouteClient(NetlinkConnection(transport)).link(named: "kube-ipvs0")

    // IFF_BROADCAST and IFF_NOARP: down.
    #expect(link == Link(index: 2, name: "kube-ipvs0", kind: "dummy", flags: 0x82))
  }

  @Test func `a dump of addresses is read with flags and lifetimes`() throws {
    let transport = ScriptedTransport(
      [CapturedRoute.dumpAddress, CapturedRoute.dumpAddress6, CapturedRoute.dumpAddressesDone].map {
        .datagram($0)
      })

    let addresses = try RouteClient(NetlinkConnection(transport)).addresses(of: 2)

    #expect(
      addresses == [
        InterfaceAddress(
          interfaceIndex: 2, address: Self.v4, prefixLength: 32, flags: 0x80,
          lifetimes: .init(preferred: .max, valid: .max)),
        InterfaceAddress(
          interfaceIndex: 2, address: Self.v6, prefixLength: 128, flags: 0x2A2,
          lifetimes: .init(preferred: 0, valid: .max)),
      ])
  }

  @Test func `notifications are read`() throws {
    let transport = ScriptedTransport(
      [CapturedRoute.addressAdded, CapturedRoute.addressRemoved, CapturedRoute.linkRemoved].map { .raw($0) })
    let monitor = try RouteMonitor(transport)
    let address = InterfaceAddress(
      interfaceIndex: 2, address: IPAddress(ipv4: 0x0A60_0007), prefixLength: 32, flags: 0x80,
      lifetimes: .init(preferred: .max, valid: .max))

    #expect(try monitor.next() == [.addressChanged(address)])
    #expect(try monitor.next() == [.addressRemoved(address)])
    #expect(
      try monitor.next() == [.linkRemoved(Link(index: 2, name: "kube-ipvs0", kind: "dummy", flags: 0x82))])
    #expect(try monitor.next().isEmpty)
    // RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR.
    #expect(transport.groups == [1, 5, 9])
  }

  @Test func `lost notifications are an error`() throws {
    let monitor = try RouteMonitor(ScriptedTransport([.failure(.answerLost(errno: ENOBUFS))]))

    #expect(throws: NetlinkError.answerLost(errno: ENOBUFS)) { try monitor.next() }
  }
}
