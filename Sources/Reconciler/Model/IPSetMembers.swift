import Addressing

/// The members of one set, in no order. Those of IPv4 that are an address, an address with a port, or a port are kept as
/// one number: there are two for nearly every virtual server.
public struct IPSetMembers: Hashable, Sendable {
  private var numbers: Set<Number> = []
  private var others: Set<IPSetMember> = []

  public init() {}

  public init(_ members: some Sequence<IPSetMember>) {
    numbers.reserveCapacity(members.underestimatedCount)
    for member in members { insert(member) }
  }

  public var count: Int { numbers.count + others.count }
  public var isEmpty: Bool { numbers.isEmpty && others.isEmpty }

  public func contains(_ member: IPSetMember) -> Bool {
    Number(member).map(numbers.contains) ?? others.contains(member)
  }

  /// One that is there already stays.
  public mutating func insert(_ member: IPSetMember) {
    if let number = Number(member) { numbers.insert(number) } else { others.insert(member) }
  }

  /// One that isn't there is no mistake.
  public mutating func remove(_ member: IPSetMember) {
    if let number = Number(member) { numbers.remove(number) } else { others.remove(member) }
  }
}

extension IPSetMembers: Sequence {
  public struct Iterator: IteratorProtocol {
    fileprivate var numbers: Set<Number>.Iterator
    fileprivate var others: Set<IPSetMember>.Iterator

    public mutating func next() -> IPSetMember? { numbers.next()?.member ?? others.next() }
  }

  public func makeIterator() -> Iterator {
    Iterator(numbers: numbers.makeIterator(), others: others.makeIterator())
  }
}

extension IPSetMembers: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: IPSetMember...) { self.init(elements) }
}

extension IPSetMembers {
  /// A member in 64 bits: from above what it is, the protocol, the port, the address.
  fileprivate struct Number: Hashable {
    let bits: UInt64

    private static let address: UInt64 = 1 << 56
    private static let addressPort: UInt64 = 2 << 56
    private static let port: UInt64 = 3 << 56

    /// Nil for any that doesn't fit.
    init?(_ member: IPSetMember) {
      switch member {
      case .address(let address) where address.family == .ipv4: bits = Self.address | address.low
      case .addressPort(let address, let transport, let port) where address.family == .ipv4:
        bits = Self.addressPort | UInt64(transport.rawValue) << 48 | UInt64(port) << 32 | address.low
      case .port(let port): bits = Self.port | UInt64(port) << 32
      default: return nil
      }
    }

    var member: IPSetMember {
      let address = IPAddress(ipv4: UInt32(truncatingIfNeeded: bits))
      let port = UInt16(truncatingIfNeeded: bits >> 32)
      switch bits >> 56 {
      case Self.address >> 56: return .address(address)
      case Self.port >> 56: return .port(port)
      default:
        let transport = TransportProtocol(rawValue: UInt8(truncatingIfNeeded: bits >> 48))
        return .addressPort(address, transport ?? .tcp, port)
      }
    }

    func _rawHashValue(seed: Int) -> Int { KeyHash.of(bits, seed: seed) }
  }
}
