import Addressing
import Glibc
import Netlink
import Testing
import TransportFakes

/// Batches, questions and dumps: what is sent, and what is believed.
@Suite struct ConnectionTests {
  private let family: UInt16 = 32

  /// NLMSG_ERROR without echo.
  private func answer(_ errno: Int32) -> [UInt8] {
    encoded { builder in
      for word in [UInt32(36), 0x0100_0002, 0, 0, UInt32(bitPattern: -errno), 0, 0, 0, 0] {
        builder.put(word)
      }
    }
  }

  private func perform(_ transport: ScriptedTransport, _ count: Int) -> [RequestResult] {
    NetlinkConnection(transport).perform(count) { _, builder in
      IPVSRequest.getTimeouts.encode(into: &builder, family: family)
    }
  }

  @Test func `only the last message of a send asks for an acknowledgement`() {
    let transport = ScriptedTransport([.datagram(answer(0))])

    let results = perform(transport, 3)

    #expect(results == [.done, .done, .done])
    #expect(transport.sent.count == 1)
    #expect(transport.messages.map(flags) == [1, 1, 5])
    #expect(transport.messages.map { $0.word(at: 8) } == [1, 2, 3])
    #expect(transport.messages.allSatisfy { $0.word(at: 12) == transport.portID })
  }

  @Test func `a failure belongs to the request with its sequence number`() {
    let transport = ScriptedTransport([.datagramForEarlier(answer(ESRCH), by: 2), .datagram(answer(0))])

    #expect(perform(transport, 4) == [.done, .refused(Refusal(errno: ESRCH)), .done, .done])
  }

  @Test func `a failure of the last request ends the wait`() {
    let transport = ScriptedTransport([.datagram(answer(EEXIST))])

    #expect(perform(transport, 2) == [.done, .refused(Refusal(errno: EEXIST))])
  }

  @Test func `what was answered before the rest was lost is kept`() {
    let transport = ScriptedTransport([
      .datagramForEarlier(answer(ESRCH), by: 2), .failure(.answerLost(errno: ENOBUFS)),
    ])

    let lost = RequestResult.unknown(.answerLost(errno: ENOBUFS))
    #expect(perform(transport, 3) == [.refused(Refusal(errno: ESRCH)), lost, lost])
  }

  @Test func `late answers of an earlier batch are dropped`() {
    let transport = ScriptedTransport([
      .failure(.answerLost(errno: ETIMEDOUT)), .datagramForEarlier(answer(EBUSY), by: 1),
      .datagram(answer(0)),
    ])
    let connection = NetlinkConnection(transport)
    let encode = { (_: Int, builder: inout MessageBuilder) in
      IPVSRequest.getTimeouts.encode(into: &builder, family: 32)
    }
    _ = connection.perform(1, encode)

    #expect(connection.perform(1, encode) == [.done])
  }

  @Test func `answers to another port are dropped`() {
    var foreign = answer(EPERM)
    foreign.set(1, at: 8)
    foreign.set(999, at: 12)
    let transport = ScriptedTransport([.raw(foreign), .datagram(answer(0))])

    #expect(perform(transport, 1) == [.done])
  }

  @Test func `a send that fails reached nobody`() {
    let transport = ScriptedTransport()
    transport.sendFailures = [.systemCall("send", errno: ENOBUFS)]

    #expect(
      perform(transport, 2) == [
        .failed(.systemCall("send", errno: ENOBUFS)), .failed(.systemCall("send", errno: ENOBUFS)),
      ])
  }

  @Test func `a batch is split where the limits say`() {
    let acknowledgements = (0..<4).map { _ in ScriptedTransport.Answer.datagram(answer(0)) }
    let byCount = ScriptedTransport(acknowledgements, limits: SendLimits(messages: 2))
    let byBytes = ScriptedTransport(acknowledgements, limits: SendLimits(bytes: 59))

    _ = perform(byCount, 7)
    _ = perform(byBytes, 7)

    #expect(byCount.sent.map(\.count) == [40, 40, 40, 20])
    #expect(byBytes.sent.map(\.count) == [40, 40, 40, 20])
  }

  @Test func `a request too long for an attribute fails alone`() {
    let transport = ScriptedTransport([.datagram(answer(0))])
    let names = ["rr", String(repeating: "x", count: 70_000), "rr"]

    let results = NetlinkConnection(transport).perform(3) { index, builder in
      let key = IPVSServiceKey.firewallMark(1, .ipv4)
      IPVSRequest.newService(IPVSService(key, scheduler: names[index])).encode(into: &builder, family: family)
    }

    #expect(results == [.done, .refused(Refusal(errno: EMSGSIZE)), .done])
    #expect(transport.messages.count == 2)
  }

  @Test func `the kernel's own words come with the error`() {
    // NLM_F_CAPPED and NLM_F_ACK_TLVS; NLMSGERR_ATTR_MSG is 1.
    let text = encoded { builder in
      for word in [UInt32(44), 0x0300_0002, 0, 0, UInt32(bitPattern: -EINVAL), 0, 0, 0, 0] {
        builder.put(word)
      }
      builder.put(1, string: "no!")
    }

    #expect(
      perform(ScriptedTransport([.datagram(text)]), 1) == [.refused(Refusal(errno: EINVAL, text: "no!"))])
  }

  // MARK: Dumps

  private func services(_ transport: ScriptedTransport) throws(NetlinkError) -> [IPVSService] {
    try IPVSClient { () throws(NetlinkError) in transport }.services()
  }

  private var interrupted: [UInt8] {
    var done = CapturedIPVS.dumpServicesDone
    done[6] |= 0x10
    return done
  }

  private func script(_ answers: [[UInt8]]) -> ScriptedTransport {
    ScriptedTransport(([CapturedIPVS.getFamilyAnswer] + answers).map { .datagram($0) })
  }

  @Test func `an interrupted dump is read again and not believed`() throws {
    let transport = script([
      CapturedIPVS.dumpServices, interrupted, CapturedIPVS.dumpServices, CapturedIPVS.dumpServicesDone,
    ])

    #expect(try services(transport).count == 3)
    #expect(transport.sent.count == 3)
  }

  @Test func `a dump that is always interrupted is an error`() {
    let transport = script(Array(repeating: interrupted, count: NetlinkConnection.dumpAttempts))

    #expect(throws: NetlinkError.dumpInterrupted) { try services(transport) }
  }

  @Test func `a dump without its end is an error`() {
    let transport = script([CapturedIPVS.dumpServices])

    #expect(throws: NetlinkError.answerLost(errno: ETIMEDOUT)) { try services(transport) }
  }

  @Test func `an error at the end of a dump is an error`() {
    var done = CapturedIPVS.dumpServicesDone
    done.set(UInt32(bitPattern: -ENOMEM), at: 16)

    #expect(throws: NetlinkError.refused(errno: ENOMEM, text: "")) {
      try services(script([CapturedIPVS.dumpServices, done]))
    }
  }

  @Test func `without ip_vs the family is missing`() {
    let transport = ScriptedTransport([.datagram(answer(ENOENT))])

    #expect(throws: NetlinkError.familyMissing("IPVS")) {
      try IPVSClient { () throws(NetlinkError) in transport }
    }
  }
}
