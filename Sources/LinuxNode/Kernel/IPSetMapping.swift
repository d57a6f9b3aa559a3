import Addressing
import Netlink
import Reconciler

extension IPSetID {
  var definition: SetDefinition { SetDefinition(name, kind.type.wire, family: family) }
}

extension IPSetType {
  var wire: SetType {
    switch self {
    case .hashIP: .hashIP
    case .hashIPPort: .hashIPPort
    case .hashIPPortIP: .hashIPPortIP
    case .hashIPPortNet: .hashIPPortNet
    case .bitmapPort: .bitmapPort
    }
  }
}

extension IPSetMember {
  var element: SetElement {
    switch self {
    case .address(let address): .address(address)
    case .addressPort(let address, let transport, let port):
      .addressPort(address, transport: transport.rawValue, port: port)
    case .addressPortAddress(let address, let transport, let port, let other):
      .addressPortAddress(address, transport: transport.rawValue, port: port, other)
    case .addressPortNetwork(let address, let transport, let port, let network):
      .addressPortNetwork(address, transport: transport.rawValue, port: port, network)
    case .port(let port): .port(port)
    }
  }

  /// Nil for a protocol that is never ours.
  init?(_ element: SetElement) {
    switch element {
    case .address(let address): self = .address(address)
    case .port(let port): self = .port(port)
    case .addressPort(let address, let number, let port):
      guard let transport = TransportProtocol(rawValue: number) else { return nil }
      self = .addressPort(address, transport, port)
    case .addressPortAddress(let address, let number, let port, let other):
      guard let transport = TransportProtocol(rawValue: number) else { return nil }
      self = .addressPortAddress(address, transport, port, other)
    case .addressPortNetwork(let address, let number, let port, let network):
      guard let transport = TransportProtocol(rawValue: number) else { return nil }
      self = .addressPortNetwork(address, transport, port, network)
    }
  }
}

extension Operation {
  /// Nil for everything but set members.
  var setChange: SetChange? {
    switch self {
    case .addMember(let entry): SetChange(.add, entry.member.element, in: entry.set.name)
    case .removeMember(let entry): SetChange(.delete, entry.member.element, in: entry.set.name)
    default: nil
    }
  }

  /// Nil for everything but addresses.
  var addressChange: AddressChange? {
    switch self {
    case .addAddress(let address): AddressChange(isAddition: true, address: address)
    case .removeAddress(let address): AddressChange(isAddition: false, address: address)
    default: nil
    }
  }
}
