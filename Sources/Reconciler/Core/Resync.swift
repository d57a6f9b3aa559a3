import Addressing

/// A reading of the kernel in parts, for a comparison: what is left to read, and what was found that may differ.
struct Resync: Sendable {
  /// The next one last.
  private var parts: [KernelPart]
  /// Virtual servers whose real servers are still to be read.
  private var outline: ArraySlice<VirtualServerID> = []
  /// What was found and is not wanted.
  private(set) var members: [IPSetEntry] = []
  private(set) var addresses: [IPAddress] = []

  init() { parts = [.sets, .addresses, .virtualServers] }

  /// - Parameters:
  ///   - limit: virtual servers whose real servers are read in one part.
  ///   - isThere: whether a virtual server is still there.
  /// - Returns: the part to read next; nil when all has been read.
  mutating func next(_ limit: Int, where isThere: (VirtualServerID) -> Bool) -> KernelPart? {
    if let part = parts.popLast() { return part }
    while !outline.isEmpty {
      let slice = outline.prefix(limit)
      outline = outline.dropFirst(limit)
      let ids = slice.filter(isThere)
      if !ids.isEmpty { return .realServers(of: ids) }
    }
    return nil
  }

  /// Sets whose members are to be read.
  mutating func note(filled sets: [IPSetID]) { parts = sets.reversed().map(KernelPart.members) + parts }
  mutating func note(outline ids: [VirtualServerID]) { outline = ids[...] }
  mutating func note(_ entry: IPSetEntry) { members.append(entry) }
  mutating func note(_ address: IPAddress) { addresses.append(address) }
}
