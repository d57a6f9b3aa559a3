import Glibc

extension SetClient {
  /// The set that is filled while another grows. After a crash it may still be there, in part or with the other's old
  /// elements; nothing ever refers to it.
  public static let growthName = "KUBE-GROWING"

  /// Makes the set hold `more` elements than it does now: the kernel can't change a set's maximum, so a larger one is
  /// made under another name and filled, and the two change names in one step. Rules go on to match, never seeing an
  /// incomplete set.
  /// - Throws: `refused` when the larger set can't be made or filled; the set is as it was then.
  func grow(_ name: String, by more: Int) throws(NetlinkError) {
    guard let listing = try listing(of: name), let definition = listing.definition else {
      throw .refused(errno: ENOENT, text: "")
    }
    guard definition.type != .bitmapPort else { throw .refused(errno: SetError.hashFull, text: "") }
    // Set aside before the new one is filled: what a crash has left.
    _ = destroy([Self.growthName])
    let larger = definition.enlarged(
      to: max(listing.elements.count + more, Int(definition.maximumElements) + 1), named: Self.growthName)
    do throws(NetlinkError) {
      try check(create([larger]))
      try check(fill(Self.growthName, listing.elements))
      try check([swap(name, Self.growthName)])
    } catch {
      _ = destroy([Self.growthName])
      throw error
    }
    _ = destroy([Self.growthName])
  }

  private func check(_ results: [RequestResult]) throws(NetlinkError) {
    for result in results {
      switch result {
      case .done: continue
      case .refused(let refusal): throw .refused(errno: refusal.errno, text: refusal.text)
      case .failed(let error), .unknown(let error): throw error
      }
    }
  }
}

extension SetDefinition {
  /// The same with room for `count` elements: the next power of two.
  func enlarged(to count: Int, named name: String) -> SetDefinition {
    var larger = self
    larger.name = name
    larger.maximumElements =
      1 << UInt32(min(31, (UInt32.bitWidth - UInt32(clamping: count - 1).leadingZeroBitCount)))
    return larger
  }
}
