import Inspection
import Terminal

/// What somebody looks at: changed by keys.
public struct TrafficView: Hashable, Sendable {
  public var order: TrafficOrder
  public var showsRealServers: Bool
  /// Of the first Service on the screen, counted from 0. It may be beyond the last, after Services have gone.
  public var position = 0
  public var isFinished = false

  public init(order: TrafficOrder = .connections, showsRealServers: Bool = true) {
    self.order = order
    self.showsRealServers = showsRealServers
  }

  /// - Parameters:
  ///   - key: pressed; one that means nothing changes nothing.
  ///   - count: of Services.
  ///   - page: Services that the screen shows whole.
  public mutating func press(_ key: Key, count: Int, page: Int) {
    let last = max(count - 1, 0)
    switch key {
    case .character("q"): isFinished = true
    case .character("r"): showsRealServers.toggle()
    case .character(let letter):
      guard let order = TrafficOrder(letter: letter) else { return }
      // Who sorts anew wants to see what is first.
      (self.order, position) = (order, 0)
    case .up: position = max(min(position, last) - 1, 0)
    case .down: position = min(position + 1, last)
    case .pageUp: position = max(min(position, last) - max(page, 1), 0)
    case .pageDown: position = min(position + max(page, 1), last)
    case .home: position = 0
    case .end: position = max(count - max(page, 1), 0)
    }
  }
}

extension TrafficOrder {
  /// The key that chooses it.
  var letter: Character {
    switch self {
    case .connections: "c"
    case .active: "a"
    case .incoming: "i"
    case .outgoing: "o"
    case .name: "n"
    }
  }

  init?(letter: Character) {
    guard let order = Self.allCases.first(where: { $0.letter == letter }) else { return nil }
    self = order
  }

  /// Behind "by".
  var title: String {
    switch self {
    case .connections: "connections"
    case .active: "active connections"
    case .incoming: "bytes in"
    case .outgoing: "bytes out"
    case .name: "name"
    }
  }
}
