import Addressing
import Glibc
import Netlink
import Reconciler

extension NetlinkKernel {
  /// Makes the sets of the families that are missing; those that are there stay untouched, also where they have grown.
  /// - Returns: what was made.
  /// - Throws: when a set can't be made, or is there with other parameters.
  public func ensureSets(_ families: [IPFamily]) async throws(KernelError) -> [Notice] {
    let ids = families.flatMap { IPSetID.all($0) }
    let headers = try await naming(.ipset, "ipset list -t") { () throws(NetlinkError) in
      try await sets.headers()
    }
    let existing = Dictionary(headers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    // What is there with other parameters is "made" too: the kernel says what is wrong with it.
    let wanted = ids.map { ($0, $0.definition.adopting(existing[$0.name]?.definition)) }
      .filter { !$1.isServed(by: existing[$1.name]?.definition) }
    let results = try await naming(.ipset, "ipset create") { () throws(NetlinkError) in
      try await sets.create(wanted.map(\.1))
    }
    for ((id, _), result) in zip(wanted, results) {
      if let error = result.kernelError(.ipset, object: "ipset create \(id) \(id.kind.type.rawValue)") {
        throw error
      }
    }
    // From a crash while a set was growing.
    if existing[SetClient.growthName] != nil { _ = await sets.destroy([SetClient.growthName]) }
    let made = ids.map(\.name).filter { existing[$0] == nil }
    return made.isEmpty ? [] : [Notice(.info, "made ipsets \(made.joined(separator: ", "))")]
  }

  /// Makes the device kube-ipvs0 unless it is there. It stays down: its addresses are local all the same.
  /// - Returns: what was made.
  public func ensureDevice() async throws(KernelError) -> [Notice] {
    let name = Self.deviceName
    let object = "ip link add \(name) type dummy"
    if try await link() != nil { return [] }
    let result = await route.perform([.newLink(Link(index: 0, name: name, kind: "dummy"))]).first ?? .done
    let error = result.kernelError(.link, object: object, benign: [EEXIST]) { errno in
      errno == EOPNOTSUPP ? "the kernel has no dummy devices: load module dummy" : ""
    }
    if let error { throw error }
    guard try await link() != nil else {
      throw KernelError(.link, errno: ENODEV, object: object, hint: "made, and gone at once")
    }
    return [Notice(.info, "made device \(name)")]
  }

  /// Destroys the sets of the families; absent ones are no error.
  /// - Throws: for the first that is still in use; the others are gone.
  public func destroySets(_ families: [IPFamily]) async throws(KernelError) {
    let ids = families.flatMap { IPSetID.all($0) }
    _ = await sets.destroy([SetClient.growthName])
    let results = await sets.destroy(ids.map(\.name))
    for (id, result) in zip(ids, results) {
      if let error = result.kernelError(.ipset, object: "ipset destroy \(id)", benign: [ENOENT]) {
        throw error
      }
    }
  }

  /// Deletes kube-ipvs0 with all its addresses; without it there is nothing to do.
  public func removeDevice() async throws(KernelError) {
    guard let link = try await link() else { return }
    let result = await route.perform([.deleteLink(index: link.index)]).first ?? .done
    if let error = result.kernelError(.link, object: "ip link del \(Self.deviceName)", benign: [ENODEV]) {
      throw error
    }
  }

  func link() async throws(KernelError) -> Link? {
    try await naming(.link, "ip link show \(Self.deviceName)") { () throws(NetlinkError) in
      try await route.link(named: Self.deviceName)
    }
  }
}

extension SetDefinition {
  /// The same with the maximum of the set that is there: it may have grown. "create" takes a set that is there only
  /// with all its parameters; in all others a difference is an error.
  fileprivate func adopting(_ existing: SetDefinition?) -> SetDefinition {
    guard let existing, existing.type == type, type != .bitmapPort else { return self }
    var adopted = self
    adopted.maximumElements = existing.maximumElements
    return adopted
  }

  /// Whether the set that is there is what this one would be. How many buckets a set has is the kernel's business.
  fileprivate func isServed(by existing: SetDefinition?) -> Bool {
    guard let existing, existing.type == type, !existing.hasOtherOptions else { return false }
    return type == .bitmapPort || existing.family == family && existing.maximumElements == maximumElements
  }
}
