import Glibc
import Netlink
import Testing
import TransportFakes

/// nftables messages against bytes from the wire, both ways.
@Suite struct NFTablesMessageTests {
  @Test func `the question is iptables-nft's, byte for byte`() {
    let bytes = encoded { NFTablesMessage.getGeneration.encode(into: &$0) }

    #expect(body(bytes) == body(CapturedNFTables.getGeneration))
  }

  @Test func `the question is understood`() throws {
    let message = try #require(try messages(CapturedNFTables.getGeneration).first)

    #expect(try NFTablesMessage(message) == .getGeneration)
  }

  @Test func `the kernel's answer gives the generation`() throws {
    let message = try #require(try messages(CapturedNFTables.generation4).first)

    #expect(try NFTablesMessage(message) == .newGeneration(RulesetGeneration(4)))
  }

  @Test func `an answer survives the way to bytes and back`() throws {
    let answer = NFTablesMessage.newGeneration(RulesetGeneration(0xFEDC_BA98))
    let message = try #require(try messages(encoded { answer.encode(into: &$0) }).first)

    #expect(try NFTablesMessage(message) == answer)
  }

  @Test func `messages of other subsystems are refused`() throws {
    let message = try #require(try messages(CapturedSet.listRequest).first)

    #expect(throws: NetlinkError.self) { try NFTablesMessage(message) }
  }

  @Test func `an answer without the number is refused`() throws {
    // Only struct nfgenmsg is left.
    var bytes = Array(CapturedNFTables.generation4[..<20])
    bytes[0] = 20
    let message = try #require(try messages(bytes).first)

    #expect(throws: NetlinkError.malformed("ruleset generation without number")) {
      try NFTablesMessage(message)
    }
  }

  @Test func `one question, one answer`() throws {
    let transport = ScriptedTransport([.datagram(CapturedNFTables.generation4)])

    #expect(try NFTablesClient(NetlinkConnection(transport)).generation() == RulesetGeneration(4))
    #expect(transport.messages.map(body) == [body(CapturedNFTables.getGeneration)])
  }

  @Test func `another message where the generation was asked for is refused`() {
    let transport = ScriptedTransport([.datagram(CapturedNFTables.getGeneration)])

    #expect(throws: NetlinkError.self) { try NFTablesClient(NetlinkConnection(transport)).generation() }
  }
}
