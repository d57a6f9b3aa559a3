/// A transport protocol IPVS can balance. Raw values are IANA protocol numbers.
public enum TransportProtocol: UInt8, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case tcp = 6
  case udp = 17
  case sctp = 132

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension TransportProtocol: LosslessStringConvertible {
  /// Lower case, as ipset prints it.
  public var description: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .sctp: "sctp"
    }
  }

  /// Accepts any letter case ("TCP" is Kubernetes' spelling). Nil for every other protocol.
  public init?(_ text: String) {
    switch text.lowercased() {
    case "tcp": self = .tcp
    case "udp": self = .udp
    case "sctp": self = .sctp
    default: return nil
    }
  }
}
