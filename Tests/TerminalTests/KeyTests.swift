import Terminal
import Testing

@Suite struct KeyTests {
  private func keys(_ parts: String...) -> [Key] {
    var decoder = KeyDecoder()
    return parts.flatMap { decoder.keys(in: $0.utf8) }
  }

  @Test(arguments: [
    ("\u{1B}[A", Key.up), ("\u{1B}OB", .down), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
    ("\u{1B}[H", .home), ("\u{1B}[4~", .end), ("q", .character("q")), (" ", .character(" ")),
  ]) func terminalsSayKeysInTheirWay(bytes: String, key: Key) { #expect(keys(bytes) == [key]) }

  @Test func aSequenceMayComeInParts() {
    #expect(keys("a\u{1B}", "[", "6", "~b") == [.character("a"), .pageDown, .character("b")])
  }

  @Test func whatIsNoKeyIsLeftOut() {
    // Ctrl-F5, a mouse, UTF-8, Alt-x, a bell; a sequence without an end takes 16 bytes at most.
    #expect(keys("\u{1B}[15;5~", "\u{1B}[M", "ä", "\u{1B}x", "\u{7}", "z") == [.character("z")])
    #expect(keys("\u{1B}[\(String(repeating: "1", count: 14))q") == [.character("q")])
    #expect(keys("\u{1B}\u{1B}[A") == [.up])
  }
}
