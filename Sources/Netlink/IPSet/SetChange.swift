/// One element to add to a set or to delete from it.
public struct SetChange: Hashable, Sendable {
  public enum Verb: Hashable, Sendable { case add, delete }

  public var verb: Verb
  public var set: String
  public var element: SetElement

  public init(_ verb: Verb, _ element: SetElement, in set: String) {
    self.verb = verb
    self.set = set
    self.element = element
  }

  /// Where the changes must pause until all before have been answered: where a set's verb turns. An element that is
  /// sent again must not overtake its own removal.
  static func endOfRound(_ changes: [SetChange], from start: Int) -> Int {
    var verbs: [String: Verb] = [:]
    for index in start..<changes.count {
      let change = changes[index]
      // Most changes follow another of the same set and verb.
      if index > start, change.isLike(changes[index - 1]) { continue }
      if let verb = verbs.updateValue(change.verb, forKey: change.set), verb != change.verb { return index }
    }
    return changes.count
  }

  private func isLike(_ other: SetChange) -> Bool { verb == other.verb && set == other.set }

  /// Consecutive changes of the same set and verb, one message each.
  static func groups(_ changes: [SetChange], _ range: Range<Int>) -> [SetGroup] {
    var groups: [SetGroup] = []
    var start = range.lowerBound
    for index in range where index > start {
      if index - start < SetRequest.elementsPerMessage, changes[index].isLike(changes[start]) { continue }
      groups.append(SetGroup(range: start..<index))
      start = index
    }
    groups.append(SetGroup(range: start..<range.upperBound))
    return groups
  }
}

/// Changes that travel in one message.
struct SetGroup {
  let range: Range<Int>
  /// How often a part of it has failed already.
  var failures = 0

  func request(of changes: [SetChange]) -> SetRequest {
    let first = changes[range.lowerBound]
    let elements = changes[range].map(\.element)
    return first.verb == .add ? .add(elements, to: first.set) : .delete(elements, from: first.set)
  }

  /// Notes what became of the changes.
  /// - Parameters:
  ///   - answer: the kernel's to the message.
  ///   - pausesWhenFull: whether a full set's refusal of one element counts for those behind it too, unsent.
  ///   - results: of all changes.
  /// - Returns: what is to be sent again. After the second failure each element travels alone: sending all the rest
  ///   again for each would be quadratic.
  func take(
    _ answer: RequestResult, pausesWhenFull: Bool, into results: inout [RequestResult]
  ) -> [SetGroup] {
    guard answer != .done else { return [] }
    guard case .refused(let refusal) = answer,
      let line = SetContent.failingLine(inEcho: refusal.request), line <= range.count
    else {
      for index in range { results[index] = answer }
      return []
    }
    let failed = range.lowerBound + line - 1
    let reason = RequestResult.refused(Refusal(errno: refusal.errno, text: refusal.text))
    if pausesWhenFull, refusal.errno == SetError.hashFull {
      for index in failed..<range.upperBound { results[index] = reason }
      return []
    }
    results[failed] = reason
    let rest = (failed + 1)..<range.upperBound
    guard !rest.isEmpty else { return [] }
    if failures == 0 { return [SetGroup(range: rest, failures: 1)] }
    return rest.map { SetGroup(range: $0..<($0 + 1), failures: failures + 1) }
  }
}
