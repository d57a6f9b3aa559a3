import Addressing
import Netlink
import Testing
import TransportFakes

/// IPVS messages against bytes from the wire, both ways.
@Suite struct IPVSMessageTests {
  static let family: UInt16 = 32
  static let web = IPVSServiceKey.address(IPAddress(ipv4: 0x0A60_0001), transport: 6, port: 443)
  static let dns = IPVSServiceKey.address(IPAddress(ipv6High: 0xFD00 << 48, low: 1), transport: 17, port: 53)
  static let backend = IPVSDestination(IPAddress(ipv4: 0x0AF4_0005), port: 6443, weight: 3)
  static let backend6 = IPVSDestination(
    IPAddress(ipv6High: 0xFD00_0001 << 32, low: 5), port: 5353, weight: 0, upperThreshold: 9,
    lowerThreshold: 4)

  static let services: [(IPVSRequest, [UInt8])] = [
    (.newService(IPVSService(web, scheduler: "rr", flags: 1, timeout: 10800)), CapturedIPVS.newService),
    (.newService(IPVSService(dns, scheduler: "sh", flags: 0x18)), CapturedIPVS.newServiceWithFlags),
    (.newService(IPVSService(.firewallMark(7, .ipv4), scheduler: "rr")), CapturedIPVS.newServiceForMark),
    (.setService(IPVSService(web, scheduler: "wlc")), CapturedIPVS.setService),
    (.dumpDestinations(of: web), CapturedIPVS.dumpDestinationsRequest),
    (.setTimeouts(IPVSTimeouts(tcp: 900, tcpFin: 120, udp: 300)), CapturedIPVS.setTimeouts),
    (.getTimeouts, CapturedIPVS.getTimeouts),
  ]

  @Test(arguments: services)
  func `requests are ipvsadm's, byte for byte`(_ request: IPVSRequest, _ bytes: [UInt8]) {
    #expect(body(encoded { request.encode(into: &$0, family: Self.family) }) == body(bytes))
  }

  @Test(arguments: services)
  func `ipvsadm's requests are understood`(_ request: IPVSRequest, _ bytes: [UInt8]) throws {
    let message = try #require(try messages(bytes).first)
    #expect(try IPVSRequest(message) == request)
  }

  /// ipvsadm repeats the whole service and adds tunnel settings where the key is enough.
  static let destinations: [(IPVSRequest, [UInt8])] = [
    (.newDestination(backend, of: web), CapturedIPVS.newDestination),
    (.newDestination(backend6, of: dns), CapturedIPVS.newDestinationWithThresholds),
    (.setDestination(weighted(backend, 1), of: web), CapturedIPVS.setDestination),
    (.deleteService(web), CapturedIPVS.deleteService),
  ]

  static func weighted(_ destination: IPVSDestination, _ weight: UInt32) -> IPVSDestination {
    var destination = destination
    destination.weight = weight
    return destination
  }

  @Test(arguments: destinations)
  func `ipvsadm's longer requests mean ours`(_ request: IPVSRequest, _ bytes: [UInt8]) throws {
    let theirs = try IPVSRequest(try #require(try messages(bytes).first))
    let ours = try IPVSRequest(
      try #require(try messages(encoded { request.encode(into: &$0, family: Self.family) }).first))

    #expect(theirs == request)
    #expect(ours == request)
  }

  @Test func `a destination to delete is named by address and port only`() throws {
    let request = IPVSRequest.deleteDestination(Self.backend6, of: Self.dns)

    let bytes = encoded { request.encode(into: &$0, family: Self.family) }

    // Header 20; service 4 + 8 + 8 + 20 + 8; destination 4 + 8 + 20 + 8.
    #expect(bytes.count == 108)
    #expect(
      try IPVSRequest(try #require(try messages(bytes).first))
        == .deleteDestination(IPVSDestination(Self.backend6.address, port: 5353, weight: 0), of: Self.dns))
  }

  @Test func `a dump of services is read with the kernel's flags and marks`() throws {
    let client = try client([CapturedIPVS.dumpServices, CapturedIPVS.dumpServicesDone])

    let services = try client.services()

    #expect(
      services == [
        IPVSService(Self.web, scheduler: "wlc", flags: 0x2),
        IPVSService(Self.dns, scheduler: "sh", flags: 0x1A),
        IPVSService(.firewallMark(7, .ipv4), scheduler: "rr", flags: 0x2),
      ])
  }

  @Test func `what services have carried is read from the same dump`() throws {
    var bytes = CapturedIPVS.dumpServices
    // The first IPVS_SVC_ATTR_STATS64: header of 4, then attributes of 12 with a header of 4 each.
    let statistics: [UInt8] = [0x7C, 0, 0x0C, 0]
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: statistics) })
    for (index, value) in [1, 2, 3, 0x1_0000_0000, 5].enumerated() {
      let position = start + 4 + index * 12 + 4
      withUnsafeBytes(of: UInt64(value)) { bytes.replaceSubrange(position..<position + 8, with: $0) }
    }

    let traffic = try client([bytes, CapturedIPVS.dumpServicesDone]).traffic()

    var web = IPVSTraffic()
    (web.connections, web.incomingPackets, web.outgoingPackets) = (1, 2, 3)
    (web.incomingBytes, web.outgoingBytes) = (0x1_0000_0000, 5)
    #expect(
      traffic == [Self.web: web, Self.dns: IPVSTraffic(), .firewallMark(7, .ipv4): IPVSTraffic()])
  }

  @Test func `what destinations have carried is read from the same dump`() throws {
    var bytes = CapturedIPVS.dumpDestinations
    // The only IPVS_DEST_ATTR_STATS64: header of 4, then attributes of 12 with a header of 4 each.
    let statistics: [UInt8] = [0x7C, 0, 0x0C, 0]
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: statistics) })
    for (index, value) in [7, 2, 3, 4, 0x2_0000_0000].enumerated() {
      let position = start + 4 + index * 12 + 4
      withUnsafeBytes(of: UInt64(value)) { bytes.replaceSubrange(position..<position + 8, with: $0) }
    }

    let found = try client([bytes, CapturedIPVS.dumpServicesDone]).destinationTraffic(of: Self.web)

    #expect(found.map(\.destination) == [Self.weighted(Self.backend, 1)])
    #expect(found.first?.traffic.connections == 7 && found.first?.traffic.outgoingBytes == 0x2_0000_0000)
  }

  @Test func `a dump of destinations is read`() throws {
    let client = try client([CapturedIPVS.dumpDestinations6, CapturedIPVS.dumpServicesDone])

    // What was in the list is not what the service has.
    var destinations = [Self.backend6, Self.backend6]
    try client.readDestinations(of: Self.dns, into: &destinations)
    #expect(destinations == [Self.backend6])
  }

  /// The kernel clears as much memory for each piece of a dump as its reader has ever offered on that socket.
  @Test func `destinations are read on a socket of their own with little room`() throws {
    func script(_ answers: [[UInt8]]) -> ScriptedTransport {
      ScriptedTransport(answers.map { .datagram($0) })
    }
    let first = script([
      CapturedIPVS.getFamilyAnswer, CapturedIPVS.dumpServices, CapturedIPVS.dumpServicesDone,
    ])
    let second = script([CapturedIPVS.dumpDestinations6, CapturedIPVS.dumpServicesDone])
    var unopened = [first, second]
    let client = try IPVSClient { () throws(NetlinkError) in unopened.removeFirst() }

    _ = try client.services()
    #expect(unopened.count == 1)
    var destinations: [IPVSDestination] = []
    try client.readDestinations(of: Self.dns, into: &destinations)

    #expect(first.rooms.allSatisfy { $0 >= 128 << 10 })
    #expect(first.messages.count == 2)
    #expect(second.rooms.count == 2 && second.rooms.allSatisfy { (4096...8192).contains($0) })
    #expect(second.messages.count == 1)
  }

  @Test func `timeouts are read`() throws {
    let client = try client([CapturedIPVS.timeouts])

    #expect(try client.timeouts() == IPVSTimeouts(tcp: 900, tcpFin: 120, udp: 300))
  }

  @Test func `the family's number comes from the kernel`() throws {
    let answer = try #require(try messages(CapturedIPVS.getFamilyAnswer).first)

    #expect(try GenericFamily.number(in: answer) == 32)
  }

  private func client(_ answers: [[UInt8]]) throws -> IPVSClient {
    let script = ([CapturedIPVS.getFamilyAnswer] + answers).map { ScriptedTransport.Answer.datagram($0) }
    let transport = ScriptedTransport(script)
    return try IPVSClient { () throws(NetlinkError) in transport }
  }
}
