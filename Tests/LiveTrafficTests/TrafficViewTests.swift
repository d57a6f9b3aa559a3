import Inspection
import Terminal
import Testing

@testable import LiveTraffic

@Suite struct TrafficViewTests {
  private func view(after keys: [Key], count: Int = 10, page: Int = 4) -> TrafficView {
    var view = TrafficView()
    for key in keys { view.press(key, count: count, page: page) }
    return view
  }

  @Test(arguments: [
    ("c" as Character, TrafficOrder.connections), ("a", .active), ("i", .incoming), ("o", .outgoing),
    ("n", .name),
  ]) func aLetterSortsAndShowsTheFirst(letter: Character, order: TrafficOrder) {
    let view = view(after: [.down, .character(letter)])
    #expect(view.order == order && view.position == 0)
  }

  @Test(arguments: [
    ([Key.down, .down], 2), ([.up], 0), ([.pageDown], 4), ([.pageDown, .pageDown, .pageDown], 9),
    ([.pageDown, .up], 3), ([.end], 6), ([.end, .home], 0), ([.end, .pageUp], 2), ([.end, .down], 7),
  ]) func arrowsAndPagesMoveWithinTheList(keys: [Key], position: Int) {
    #expect(view(after: keys).position == position)
  }

  @Test func anEmptyListHasOnePlace() {
    for key in [Key.up, .down, .pageUp, .pageDown, .home, .end] {
      #expect(view(after: [key], count: 0, page: 0).position == 0)
    }
  }

  @Test func fromBeyondTheEndOneStepLeadsBack() {
    var view = view(after: [.end])
    // The list has become shorter meanwhile.
    view.press(.up, count: 3, page: 4)
    #expect(view.position == 1)
  }

  @Test func realServersAndTheEndHaveTheirKeys() {
    #expect(!view(after: [.character("r")]).showsRealServers)
    #expect(view(after: [.character("r"), .character("r")]) == TrafficView())
    #expect(view(after: [.character("q")]).isFinished)
    #expect(view(after: [.character("x"), .character("C")]) == TrafficView())
  }
}
