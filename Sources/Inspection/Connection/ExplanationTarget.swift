import Addressing
import Reconciler

/// What `explain` is asked about.
public enum ExplanationTarget: Hashable, Sendable {
  /// With the name or number of one port, or nil for all.
  case service(ServiceKey, port: String?)
  case address(VirtualServerID)

  /// "NS/NAME", "NAME" (in the namespace given), "NS/NAME:PORT", "IP:PORT", "[IPv6]:PORT", "IP:PORT/udp".
  /// - Parameters:
  ///   - text: as typed.
  ///   - namespace: of a name without one.
  /// - Throws: what is wrong with it, in a sentence.
  public init(_ text: String, namespace: String = "default") throws(InvalidQuestion) {
    if let destination = try Self.destination(text) {
      self = .address(destination)
      return
    }
    let (name, port) = Self.split(text)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), port != "" else {
      throw InvalidQuestion("'\(text)' is neither NAMESPACE/NAME[:PORT] nor IP:PORT[/PROTOCOL]")
    }
    let key =
      parts.count == 1
      ? ServiceKey(namespace: namespace, name: parts[0])
      : ServiceKey(namespace: parts[0], name: parts[1])
    self = .service(key, port: port)
  }

  /// Nil when the text doesn't begin with an address.
  private static func destination(_ text: String) throws(InvalidQuestion) -> VirtualServerID? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let whole = parts.first else { return nil }
    guard let place = ListenAddress(whole) else {
      if IPAddress(whole) != nil || whole.hasPrefix("[") {
        throw InvalidQuestion("'\(text)' needs a port: 10.96.0.10:53/udp, [fd00::a]:53")
      }
      return nil
    }
    guard parts.count <= 2, place.port != 0 else {
      throw InvalidQuestion("'\(text)' is no IP:PORT[/PROTOCOL]")
    }
    guard let transport = parts.count == 1 ? .tcp : TransportProtocol(parts[1]) else {
      throw InvalidQuestion("'\(parts[1])' is no protocol; tcp, udp and sctp are")
    }
    return VirtualServerID(place.address, port: place.port, transport: transport)
  }

  private static func split(_ text: String) -> (name: String, port: String?) {
    guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}

/// A question that can't be answered, in a sentence.
public struct InvalidQuestion: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
