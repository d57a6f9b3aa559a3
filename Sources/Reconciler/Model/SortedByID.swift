/// A few elements with an ID each, in the order of their IDs: a dictionary for the many that hold little. It takes the
/// room of its elements and 32 bytes; finding one takes a binary search, adding or removing one moves those behind it.
public struct SortedByID<Element: Identifiable> where Element.ID: Comparable {
  private var elements: [Element] = []

  public init() {}

  /// The elements are in their order, each ID once.
  init(sorted elements: [Element]) { self.elements = elements }

  /// Of several elements with the same ID the last counts.
  public init(_ elements: some Sequence<Element>) {
    let sorted = elements.sorted { $0.id < $1.id }
    if zip(sorted, sorted.dropFirst()).allSatisfy({ $0.id < $1.id }) {
      self.elements = sorted
      return
    }
    let isLast = { index in index + 1 == sorted.count || sorted[index].id != sorted[index + 1].id }
    // Twice through a list of known length: the array takes no more room than it needs.
    let indices = sorted.indices.filter(isLast)
    self.elements = indices.map { sorted[$0] }
  }

  /// The element with that ID. What is set must have it.
  public subscript(id: Element.ID) -> Element? {
    get {
      let index = position(of: id)
      return index < elements.count && elements[index].id == id ? elements[index] : nil
    }
    set {
      let index = position(of: id)
      let isPresent = index < elements.count && elements[index].id == id
      switch (newValue, isPresent) {
      case (let element?, true): elements[index] = element
      case (let element?, false):
        // Otherwise it would double.
        if elements.count == elements.capacity {
          elements.reserveCapacity(elements.count + elements.count / 8 + 1)
        }
        elements.insert(element, at: index)
      case (nil, true): elements.remove(at: index)
      case (nil, false): break
      }
    }
  }

  public func contains(_ id: Element.ID) -> Bool {
    let index = position(of: id)
    return index < elements.count && elements[index].id == id
  }

  /// In their order.
  public var keys: some RandomAccessCollection<Element.ID> { elements.lazy.map { $0.id } }
  /// In the order of their IDs.
  public var values: [Element] { elements }

  /// Puts in elements that come one after the other, with room for just them.
  mutating func insert(_ elements: some Collection<Element>) {
    if self.elements.isEmpty {
      self = SortedByID(elements)
      return
    }
    self.elements.reserveCapacity(self.elements.count + elements.count)
    for element in elements { self[element.id] = element }
  }

  public func filter(_ isIncluded: (Element) throws -> Bool) rethrows -> Self {
    SortedByID(try elements.filter(isIncluded))
  }

  /// The index of the first element whose ID is not below.
  private func position(of id: Element.ID) -> Int {
    var range = elements.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if elements[middle].id < id {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }
}

extension SortedByID: RandomAccessCollection {
  public var startIndex: Int { elements.startIndex }
  public var endIndex: Int { elements.endIndex }
  public subscript(index: Int) -> Element { elements[index] }
}

extension SortedByID: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension SortedByID: Equatable where Element: Equatable {}
extension SortedByID: Hashable where Element: Hashable {}
extension SortedByID: Sendable where Element: Sendable {}
