import Addressing

/// A reading of the kernel in parts, for a comparison: what is left to read, and what was found that may differ.
struct Resync: Sendable {
  private var parts: [KernelPart]
  /// Virtual servers whose real servers are still to be read.
  private var outline: ArraySlice<VirtualServerID> = []
  /// What was found and is not wanted.
  private(set) var members: [IPSetEntry] = []
  private(set) var addresses: [IPAddress] = []

  init(_ families: Set<IPFamily>) {
    let sets = families.sorted().flatMap { IPSetID.all($0) }
    parts = [.virtualServers, .addresses] + sets.map(KernelPart.members)
    parts.reverse()
  }

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

  mutating func note(outline ids: [VirtualServerID]) { outline = ids[...] }
  mutating func note(_ entry: IPSetEntry) { members.append(entry) }
  mutating func note(_ address: IPAddress) { addresses.append(address) }
}
