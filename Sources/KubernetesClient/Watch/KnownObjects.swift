import KubernetesWire

/// What a reflector keeps of the objects it has passed on: name and version, nothing of their content. That is enough
/// to tell after a new list what has changed meanwhile and what has gone.
struct KnownObjects: Sendable {
  private struct Entry {
    var version: String
    /// The listing that last had it.
    var listing: UInt32
  }

  private var entries: [ObjectName: Entry] = [:]
  /// The number of the listing under way or last done.
  private(set) var listing: UInt32 = 0
  /// Whether the listing had objects whose names could not be read: any object may be one of them.
  private var hadUnnamed = false

  var count: Int { entries.count }

  func contains(_ name: ObjectName) -> Bool { entries[name] != nil }

  /// Begins a listing, or begins it anew.
  mutating func beginListing() {
    listing &+= 1
    hadUnnamed = false
  }

  /// Whether the object is new or another version than the one known.
  mutating func update(_ name: ObjectName, version: String) -> Bool {
    // A version that isn't given says nothing.
    let isNews = version.isEmpty || entries[name]?.version != version
    entries[name] = Entry(version: version, listing: listing)
    return isNews
  }

  /// The object is there, but could not be read: what is known of it holds. Nil for an object without a name.
  mutating func keep(_ name: ObjectName?) {
    guard let name else {
      hadUnnamed = true
      return
    }
    entries[name]?.listing = listing
  }

  /// Whether it was known.
  mutating func remove(_ name: ObjectName) -> Bool { entries.removeValue(forKey: name) != nil }

  /// Ends the listing: takes out and returns what it lacked. Nothing, when some of it had no name.
  mutating func endListing() -> [ObjectName] {
    guard !hadUnnamed else { return [] }
    let gone = entries.filter { $0.value.listing != listing }.map(\.key)
    for name in gone { entries[name] = nil }
    return gone
  }
}

/// Objects that can't be read, and what of that has been told.
struct UndecodableObjects: Sendable {
  private var reasons: [ObjectName: (text: String, listing: UInt32)] = [:]

  /// Whether the object's problem is new or another one. Always, for an object without a name.
  mutating func insert(_ object: UndecodableObject, listing: UInt32) -> Bool {
    guard let name = object.name else { return true }
    let reason = object.explanation
    return reasons.updateValue((reason, listing), forKey: name)?.text != reason
  }

  mutating func remove(_ name: ObjectName) { reasons[name] = nil }

  /// Forgets those that the listing lacked.
  mutating func endListing(_ listing: UInt32) { reasons = reasons.filter { $0.value.listing == listing } }
}

extension UndecodableObject {
  /// What is wrong, without the object's name: "spec.ports[1].port: 70000 is not a port (1-65535)".
  var explanation: String { field.isEmpty ? reason : "\(field): \(reason)" }
}
