import Addressing

/// A resync: the kernel is read in parts, and what is due in between is done in between. Each part is believed as soon
/// as it has been read, since nobody else changes what is ours: what was done before it is in it, and what is done
/// after it is known from the kernel's answers. What differs is put right, and what nobody asks for removed, only when
/// all parts have been read.
extension ReconcilerCore {
  public var isResyncing: Bool { resync != nil }

  /// To be called when the kernel has been read whole once.
  public mutating func beginResync() {
    needsObservation = false
    resync = Resync()
  }

  /// The part to read next. When there is none the resync is over: all that differs is in line.
  public mutating func nextPart() -> KernelPart? {
    let part = partAhead()
    if part == nil { finishResync() }
    return part
  }

  /// The part behind one that has been read and is still to be taken in; nil when that was the last.
  mutating func partAhead() -> KernelPart? {
    resync?.next(configuration.readLimit) { known.virtualServers[$0] != nil }
  }

  /// Gives up a resync whose part could not be read. What was read before it stays known; nothing is removed for it.
  public mutating func abandonResync() { resync = nil }

  /// Takes in a part; to be called as soon as it has been read, with nothing done to the kernel in between.
  public mutating func adopt(_ reading: KernelReading) {
    switch reading {
    case .virtualServers(let servers): adopt(servers, reading)
    case .realServers(let lists): adopt(lists, reading)
    case .addresses(let addresses):
      for address in addresses where !desired.wants(address) { resync?.note(address) }
      known.take(reading)
    case .sets:
      known.take(reading)
      resync?.note(filled: reading.filled(of: configuration.resolver.families))
    case .members(let set, let members):
      for member in members ?? [] {
        let entry = IPSetEntry(set, member)
        if !desired.wants(entry) { resync?.note(entry) }
      }
      known.sets[set] = IPSetMembers(members ?? [])
    }
  }

  private mutating func adopt(_ servers: [VirtualServer], _ reading: KernelReading) {
    let new = servers.map(\.id).filter { known.virtualServers[$0] == nil }
    let earlier = servers.map(\.id).filter { unread.contains($0) }
    unread = Set(new + earlier)
    known.take(reading)
    endLostDrains(of: drains.byVirtualServer.keys.filter { known.virtualServers[$0] == nil })
    // Those that nothing can be planned for come first.
    resync?.note(outline: unread.sorted() + servers.map(\.id).filter { !unread.contains($0) })
  }

  private mutating func adopt(_ lists: [RealServerList], _ reading: KernelReading) {
    known.take(reading)
    endLostDrains(of: lists.map(\.id))
    for list in lists where unread.remove(list.id) != nil && desired.claim(list.id) != nil {
      dirty.insert(list.id, .change)
      changesInFlight.recovered(.virtualServer(list.id))
    }
  }

  private mutating func finishResync() {
    guard let resync else { return }
    self.resync = nil
    compareDesired()
    for address in resync.addresses { dirty.insert(address, .resync) }
    for entry in resync.members { dirty.insert(entry, .resync) }
  }
}
