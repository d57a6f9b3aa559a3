/// The Services that a batch of changes touches, each once, in the order in which they come.
struct TouchedServices {
  struct Touch {
    let key: ServiceKey
    /// Whether only the node touches it, which may be all Services: they go behind what is changed by itself.
    var isByNodeOnly = true
    /// Whether its own object is among the changes.
    var hasNewObject = false
    var triggers: [EndpointTrigger] = []
  }

  private(set) var touches: [Touch] = []
  private var positions: [ServiceKey: Int] = [:]
  /// How many are expected.
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// By a change of its own objects, or of something that others have changed.
  mutating func touch(_ key: ServiceKey, _ note: (inout Touch) -> Void = { _ in }) {
    let position = position(of: key)
    touches[position].isByNodeOnly = false
    note(&touches[position])
  }

  mutating func touch(_ keys: Set<ServiceKey>) {
    if keys.isEmpty { return }
    for key in keys.sorted() { touch(key) }
  }

  mutating func touchByNode(_ keys: Set<ServiceKey>) {
    for key in keys.sorted() { _ = position(of: key) }
  }

  private mutating func position(of key: ServiceKey) -> Int {
    if let position = positions[key] { return position }
    if touches.isEmpty {
      touches.reserveCapacity(capacity)
      positions.reserveCapacity(capacity)
    }
    positions[key] = touches.count
    touches.append(Touch(key: key))
    return touches.count - 1
  }
}
