import Terminal
import Testing

@Suite struct TextTableTests {
  private func table() -> TextTable {
    var table = TextTable(["NAME", "PORT(S)", "STATE"])
    table.add(["web", "80/TCP", TextTable.Cell("Programmed", .good)])
    table.add(["a-longer-name", "53/UDP,53/TCP", TextTable.Cell("NoEndpoints: add some", .warning)])
    return table
  }

  @Test func columnsAreAsWideAsTheyHaveToBe() {
    #expect(
      table().lines(Display()) == [
        "NAME            PORT(S)         STATE",
        "web             80/TCP          Programmed",
        "a-longer-name   53/UDP,53/TCP   NoEndpoints: add some",
      ])
  }

  @Test func onlyATerminalCutsAndOnlyTheLastColumn() {
    let lines = table().lines(Display(width: 44))
    #expect(lines[2] == "a-longer-name   53/UDP,53/TCP   NoEndpoints…")
    #expect(lines[2].count == 44)
    #expect(lines[1] == "web             80/TCP          Programmed")
  }

  @Test func withoutRoomTheLastColumnStandsBelow() {
    #expect(
      table().lines(Display(width: 30)) == [
        "NAME            PORT(S)", "  STATE", "web             80/TCP", "  Programmed",
        "a-longer-name   53/UDP,53/TCP", "  NoEndpoints: add some",
      ])
    let close = table().lines(Display(width: 28))
    #expect(close[4] == "a-longer-name  53/UDP,53/TCP")
    // No room at all: the terminal wraps.
    let narrow = table().lines(Display(width: 20))
    #expect(narrow[4] == "a-longer-name 53/UDP,53/TCP" && narrow[5] == "  NoEndpoints: add …")
    let painted = table().lines(Display(width: 30, hasColor: true))
    #expect(painted[3] == "  \u{1B}[32mProgrammed\u{1B}[0m")
  }

  @Test func colourChangesNothingOfTheLayout() {
    let painted = table().lines(Display(hasColor: true))
    #expect(painted[1].contains("\u{1B}[32mProgrammed\u{1B}[0m"))
    let plain = painted.map { line in
      ["1", "32", "33", "0"].reduce(line) { $0.replacing("\u{1B}[\($1)m", with: "") }
    }
    #expect(plain == table().lines(Display()))
  }

  @Test func pipedTextHasNoControlCharacters() {
    var table = TextTable(["A", "B"])
    table.add([.init("x\u{1B}[2Jy"), .init("tab\there\nline\u{9B}")])
    #expect(table.lines(Display()) == ["A        B", "x?[2Jy   tab?here?line?"])
  }

  @Test func rowsMayBeShortAndLinesEndWithAWord() {
    var table = TextTable(["A", "B", "C"])
    table.add(["only"])
    #expect(table.lines(Display()) == ["A      B   C", "only"])
  }
}
