import Addressing
import Netlink
import Testing

/// Bytes that don't fit together throw; nothing traps.
@Suite struct MalformedBytesTests {
  static let captures: [[UInt8]] = [
    CapturedIPVS.dumpServices, CapturedIPVS.dumpDestinations6, CapturedIPVS.missingServiceError,
    CapturedIPVS.timeouts, CapturedIPVS.getFamilyAnswer, CapturedRoute.link, CapturedRoute.dumpAddress6,
    CapturedRoute.linkExistsError, CapturedRoute.newAddress6, CapturedSet.listIPPortNet6, CapturedSet.addFour,
    CapturedSet.addFourStopsAtThree, CapturedSet.createIPPortNet, CapturedSet.typeAnswer,
    CapturedNFTables.generation4,
    CapturedSet.listWithHeader, CapturedSet.swap, CapturedConntrack.list, CapturedConntrack.delete6,
  ]

  /// Reads with every decoder there is; whether they throw doesn't matter here.
  private func read(_ bytes: [UInt8]) -> Int {
    var reader = MessageReader(bytes)
    var count = 0
    while let message = try? reader.next() {
      count += 1
      _ = try? IPVSRequest(message)
      _ = try? RouteRequest(message)
      _ = try? SetRequest(message)
      _ = try? NFTablesMessage(message)
      _ = try? ConntrackRequest(message)
      _ = try? ConntrackFlow(message)
      _ = try? RouteNotification(message)
      _ = try? GenericFamily.number(in: message)
      _ = try? message.errorAnswer()
    }
    return count
  }

  @Test(arguments: captures)
  func `a message cut short is refused at every length`(_ bytes: [UInt8]) throws {
    let first = Int(bytes[0]) | Int(bytes[1]) << 8
    for length in 1..<first {
      var reader = MessageReader(Array(bytes[..<length]))
      #expect(throws: NetlinkError.self) { try reader.next() }
    }
  }

  @Test(arguments: captures)
  func `any byte may be wrong`(_ bytes: [UInt8]) {
    for position in bytes.indices {
      for value in [UInt8(0), 1, 0x7F, 0xFF] {
        var broken = bytes
        broken[position] = value
        #expect(read(broken) <= bytes.count / 16)
      }
    }
  }

  @Test func `an attribute longer than what is left is refused`() {
    var reader = AttributeReader([8, 0, 1, 0, 0, 0])

    #expect(throws: NetlinkError.self) { try reader.next() }
  }

  @Test func `an attribute shorter than its header is refused`() {
    var reader = AttributeReader([3, 0, 1, 0])

    #expect(throws: NetlinkError.self) { try reader.next() }
  }

  @Test func `a number too short for its type is refused`() throws {
    var reader = AttributeReader([5, 0, 1, 0, 9, 0, 0, 0])
    let attribute = try #require(try reader.next())

    #expect(try attribute.u8() == 9)
    #expect(throws: NetlinkError.self) { try attribute.u32() }
  }

  @Test func `a prefix length that no address has is refused`() throws {
    var bytes = CapturedSet.addIPPortNet
    let position = try #require(bytes.indices.last { bytes[$0] == 8 && bytes[$0 - 2] == 0x15 })
    bytes[position] = 33

    let message = try #require(try messages(bytes).first)
    #expect(throws: NetlinkError.self) { try SetRequest(message) }
  }
}
