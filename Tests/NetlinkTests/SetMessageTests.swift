import Addressing
import Glibc
import Netlink
import Testing
import TransportFakes

/// ipset messages against bytes from the wire, both ways.
@Suite struct SetMessageTests {
  static let v4 = IPAddress(ipv4: 0x0A60_0001)
  static let v6 = IPAddress(ipv6High: 0xFD00 << 48, low: 1)
  static let pod = IPAddress(ipv4: 0x0AF4_0005)

  static func network(_ text: String) throws -> IPNetwork { try #require(IPNetwork(text)) }

  /// Those whose bytes are ours too; the tool adds elements one by one in another form.
  static let requests: [(SetRequest, [UInt8])] = [
    (.protocolVersion, CapturedSet.protocolRequest),
    (.type(.hashIPPort, family: .ipv4), CapturedSet.typeRequest),
    (
      .create(SetDefinition("KUBE-CLUSTER-IP", .hashIPPort, family: .ipv4), revision: 6),
      CapturedSet.createIPPort
    ),
    (
      .create(SetDefinition("KUBE-6-CLUSTER-IP", .hashIPPort, family: .ipv6), revision: 6),
      CapturedSet.createIPPort6
    ),
    (
      .create(SetDefinition("KUBE-LOAD-BALANCER-SOURCE-CIDR", .hashIPPortNet, family: .ipv4), revision: 8),
      CapturedSet.createIPPortNet
    ),
    (.list(name: "KUBE-CLUSTER-IP"), CapturedSet.listRequest),
    (.listHeaders, CapturedSet.listHeadersRequest),
    (.swap("KUBE-CLUSTER-IP", "KUBE-TMP"), CapturedSet.swap),
    (.destroy(name: "KUBE-IPVS-IPS"), CapturedSet.destroy),
  ]

  @Test(arguments: requests)
  func `requests are ipset's, byte for byte`(_ request: SetRequest, _ bytes: [UInt8]) {
    #expect(body(encoded { request.encode(into: &$0, protocolVersion: 7) }) == body(bytes))
  }

  @Test(arguments: requests)
  func `ipset's requests are understood`(_ request: SetRequest, _ bytes: [UInt8]) throws {
    #expect(try SetRequest(try #require(try messages(bytes).first)) == request)
  }

  @Test func `a set of ports has no family`() {
    let request = SetRequest.create(
      SetDefinition("KUBE-NODE-PORT-TCP", .bitmapPort, family: .ipv6), revision: 3)

    #expect(body(encoded { request.encode(into: &$0, protocolVersion: 7) }) == body(CapturedSet.createPorts))
  }

  @Test func `many elements in one message are ipset restore's, but for the line at its top`() {
    let elements = [0x0A01_0001, 0x0A01_0002, 0x0A60_0001, 0x0A01_0004].map {
      SetElement.address(IPAddress(ipv4: $0))
    }
    // The tool writes its current line there, we 0: the kernel overwrites it.
    var captured = CapturedSet.addFour
    captured[55] = 0

    let bytes = encoded {
      SetRequest.add(elements, to: "KUBE-IPVS-IPS").encode(into: &$0, protocolVersion: 7)
    }

    #expect(body(bytes) == body(captured))
  }

  @Test func `elements that are there already are no error to add or delete`() {
    // Without NLM_F_EXCL.
    let element = SetElement.address(Self.v4)
    #expect(flags(encoded { SetRequest.add([element], to: "a").encode(into: &$0, protocolVersion: 6) }) == 1)
    #expect(
      flags(encoded { SetRequest.delete([element], from: "a").encode(into: &$0, protocolVersion: 6) }) == 1)
  }

  @Test func `every kind of element is understood as ipset writes it`() throws {
    let cases: [([UInt8], SetElement)] = [
      (CapturedSet.addIP, .address(Self.v4)),
      (CapturedSet.addIPPort, .addressPort(Self.v4, transport: 6, port: 443)),
      (CapturedSet.addIPPort6, .addressPort(Self.v6, transport: 17, port: 53)),
      (CapturedSet.addIPPortIP, .addressPortAddress(Self.pod, transport: 132, port: 6443, Self.pod)),
      (
        CapturedSet.addIPPortNet,
        .addressPortNetwork(
          IPAddress(ipv4: 0x0102_0304), transport: 6, port: 80, try Self.network("10.0.0.0/8"))
      ),
      (
        CapturedSet.addIPPortNet6,
        .addressPortNetwork(Self.v6, transport: 6, port: 80, try Self.network("fd00::/16"))
      ),
      (CapturedSet.addPort, .port(30080)),
    ]
    for (bytes, element) in cases {
      let message = try #require(try messages(bytes).first)
      #expect(elements(of: try SetRequest(message)) == [element])
      // And the element's own attributes are the tool's, byte for byte.
      let ours = encoded { SetRequest.add([element], to: "x").encode(into: &$0, protocolVersion: 7) }
      #expect(Array(ours[52..<(ours.count - 8)]) == attributes(ofOnlyElementIn: bytes))
    }
  }

  private func elements(of request: SetRequest) -> [SetElement] {
    if case .add(let elements, _) = request { return elements }
    return []
  }

  /// The tool's form for one element: header, protocol, name, and IPSET_ATTR_DATA with the line at its end.
  private func attributes(ofOnlyElementIn message: [UInt8]) -> [UInt8] {
    let name = (Int(message[28]) + 3) & ~3
    return Array(message[(28 + name + 4)..<(message.count - 8)])
  }

  @Test func `an element to delete is understood`() throws {
    let message = try #require(try messages(CapturedSet.deleteIP).first)

    #expect(
      try SetRequest(message) == .delete([.address(IPAddress(ipv4: 0x0A60_0002))], from: "KUBE-IPVS-IPS"))
  }

  @Test func `listings are read`() throws {
    let cases: [([UInt8], [SetElement])] = [
      (CapturedSet.listIP, [0x0A60_0001, 0x0A01_0002, 0x0A01_0001].map { .address(IPAddress(ipv4: $0)) }),
      (CapturedSet.listIPPort, [.addressPort(Self.v4, transport: 6, port: 443)]),
      (CapturedSet.listIPPortIP, [.addressPortAddress(Self.pod, transport: 132, port: 6443, Self.pod)]),
      (
        CapturedSet.listIPPortNet,
        try ["10.0.0.1/32", "10.0.0.0/8"].map {
          .addressPortNetwork(IPAddress(ipv4: 0x0102_0304), transport: 6, port: 80, try Self.network($0))
        }
      ),
      (
        CapturedSet.listIPPortNet6,
        [.addressPortNetwork(Self.v6, transport: 6, port: 80, try Self.network("fd00::/16"))]
      ),
      (CapturedSet.listPorts, [.port(30080)]),
    ]
    for (bytes, elements) in cases {
      let client = try client([.datagram(bytes), .datagram(CapturedSet.listDone)])
      #expect(try client.elements(of: "any") == elements)
    }
  }

  @Test func `headers are read with the sets' parameters`() throws {
    let client = try client([
      .datagram(CapturedSet.listHeaders0), .datagram(CapturedSet.listHeaders1),
      .datagram(CapturedSet.listHeaders2), .datagram(CapturedSet.listDone),
    ])
    let ports = SetDefinition(
      "KUBE-NODE-PORT-TCP", .bitmapPort, family: .ipv4, hashSize: 0, maximumElements: 0)
    let large = SetDefinition("KUBE-TMP", .hashIPPort, family: .ipv4, maximumElements: 131072)

    #expect(
      try client.headers() == [
        SetHeader(
          name: "KUBE-CLUSTER-IP", definition: SetDefinition("KUBE-CLUSTER-IP", .hashIPPort, family: .ipv4),
          elements: 1),
        SetHeader(name: "KUBE-TMP", definition: large, elements: 0),
        SetHeader(name: "KUBE-NODE-PORT-TCP", definition: ports, elements: 0),
      ])
  }

  /// Zero would mean that there is nothing to read.
  @Test func `a header that doesn't say how many elements there are says nothing of them`() throws {
    // IPSET_ATTR_ELEMENTS in network order.
    let elements: [UInt8] = [8, 0, 24, 64]
    var bytes = CapturedSet.listHeaders0
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: elements) })
    bytes[place + 2] = 27
    let client = try client([.datagram(bytes), .datagram(CapturedSet.listDone)])

    let header = try #require(try client.headers().first)
    #expect(header.elements == nil)
    #expect(header.definition?.maximumElements == 65536)
  }

  @Test func `a set of ports with another range is told from ours`() throws {
    // IPSET_ATTR_PORT_TO in network order, and 65535.
    let portTo: [UInt8] = [5, 64, 0xFF, 0xFF]
    var bytes = CapturedSet.listHeaders2
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: portTo) })
    bytes[place + 2] = 0x7F
    let client = try client([.datagram(bytes), .datagram(CapturedSet.listDone)])

    #expect(try client.headers().first?.definition?.hasOtherOptions == true)
  }

  @Test func `a listing has the parameters and the elements`() throws {
    let client = try client([.datagram(CapturedSet.listWithHeader), .datagram(CapturedSet.listDone)])

    let listing = try client.listing(of: "KUBE-CLUSTER-IP")

    #expect(listing?.definition == SetDefinition("KUBE-CLUSTER-IP", .hashIPPort, family: .ipv4))
    #expect(listing?.elements == [.addressPort(Self.v4, transport: 6, port: 443)])
  }

  @Test func `a set that is missing has no elements to list`() throws {
    let client = try client([.datagram(CapturedSet.listMissingError)])

    #expect(try client.elements(of: "NOPE") == nil)
  }

  @Test func `the kernel's newest revision is used only as far as every ipset tool knows it`() throws {
    let transport = ScriptedTransport([
      .datagram(CapturedSet.protocolAnswer), .datagram(CapturedSet.typeAnswer), .datagram(acknowledgement),
    ])
    let client = try SetClient(NetlinkConnection(transport))

    let results = try client.create([SetDefinition("a", .hashIPPort, family: .ipv4)])

    #expect(results == [.done])
    let request = try SetRequest(try #require(try messages(transport.sent[2]).first))
    #expect(request == .create(SetDefinition("a", .hashIPPort, family: .ipv4), revision: 5))
  }

  @Test func `the failing line is told of its element and the rest is sent again`() throws {
    let transport = ScriptedTransport([
      .datagram(CapturedSet.protocolAnswer), .datagram(CapturedSet.addFourStopsAtThree),
      .datagram(acknowledgement),
    ])
    let client = try SetClient(NetlinkConnection(transport))
    let elements = [0x0A01_0001, 0x0A01_0002, 0x0A60_0001, 0x0A01_0004].map {
      SetElement.address(IPAddress(ipv4: $0))
    }

    let results = client.apply(elements.map { SetChange(.add, $0, in: "KUBE-IPVS-IPS") })

    #expect(results == [.done, .done, .refused(Refusal(errno: SetError.exists)), .done])
    let again = try SetRequest(try #require(try messages(transport.sent[2]).first))
    #expect(again == .add([elements[3]], to: "KUBE-IPVS-IPS"))
  }

  private var acknowledgement: [UInt8] {
    hex("24000000020000010000000000000000" + "00000000" + String(repeating: "0", count: 32))
  }

  private func client(_ answers: [ScriptedTransport.Answer]) throws -> SetClient {
    try SetClient(NetlinkConnection(ScriptedTransport([.datagram(CapturedSet.protocolAnswer)] + answers)))
  }
}
