import Addressing

/// A kernel object that fails, is retried and is reported as one. Real servers belong to their virtual server.
public enum ObjectID: Hashable, Sendable {
  case virtualServer(VirtualServerID)
  case address(IPAddress)
  case member(IPSetEntry)
}

extension ObjectID {
  public func _rawHashValue(seed: Int) -> Int {
    switch self {
    case .virtualServer(let id): id._rawHashValue(seed: seed)
    case .address(let address): address._rawHashValue(seed: seed)
    case .member(let entry): entry._rawHashValue(seed: seed)
    }
  }
}

extension ObjectID: CustomStringConvertible {
  public var description: String {
    switch self {
    case .virtualServer(let id): "virtual server \(id)"
    case .address(let address): "address \(address)"
    case .member(let entry): "set member \(entry)"
    }
  }
}

extension Operation {
  /// The object that this operation changes.
  public var object: ObjectID {
    switch self {
    case .addMember(let entry), .removeMember(let entry): .member(entry)
    case .addVirtualServer(let server), .updateVirtualServer(let server): .virtualServer(server.id)
    case .removeVirtualServer(let id): .virtualServer(id)
    case .addRealServer(_, let id), .updateRealServer(_, let id), .removeRealServer(_, let id):
      .virtualServer(id)
    case .addAddress(let address), .removeAddress(let address): .address(address)
    }
  }
}

extension IPSetEntry {
  /// The virtual server that this member records as ours, if its set records any.
  var recordedVirtualServer: VirtualServerID? {
    guard set.kind.recordsVirtualServers, case .addressPort(let address, let transport, let port) = member
    else { return nil }
    return VirtualServerID(address, port: port, transport: transport)
  }

  /// The bound address that this member records as ours.
  var recordedAddress: IPAddress? {
    guard set.kind == .boundAddresses, case .address(let address) = member else { return nil }
    return address
  }
}
