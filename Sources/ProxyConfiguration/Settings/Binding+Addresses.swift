import Addressing

extension Binding {
  static func address(_ place: Place<IPAddress>) -> Binding {
    Binding(type: .ip, get: { .text($0[keyPath: place].description) }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      guard let address = IPAddress(text) else { throw ValueFlaw("must be an IP address, not '\(text)'") }
      configuration[keyPath: place] = address
    }
  }

  /// A missing address or port is the default's; the family is that of the bind address, which therefore has to be set
  /// before. Port 0 and the empty text mean that there is no server.
  static func listenAddress(_ place: Place<ListenAddress?>, _ initial: ListenAddress.Default) -> Binding {
    let off = ListenAddress(initial.host(of: .ipv4), port: 0).description
    return Binding(type: .ipPort, get: { .text($0[keyPath: place]?.description ?? off) }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      if text.isEmpty {
        configuration[keyPath: place] = nil
        return
      }
      guard let parts = ListenAddress.Parts(text) else {
        throw ValueFlaw(
          "must be an IP address with a port (1.2.3.4:80, [::1]:80), or one of them, not '\(text)'")
      }
      let port = parts.port ?? initial.port
      let host = parts.address ?? initial.host(of: configuration.node.bindAddress.family)
      configuration[keyPath: place] = port == 0 ? nil : ListenAddress(host, port: port)
    }
  }

  static func networks(_ place: Place<[IPNetwork]>) -> Binding {
    Binding(type: .strings, get: { .list($0[keyPath: place].map(\.description)) }) {
      value, configuration throws(ValueFlaw) in
      guard case .list(let items) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = try networks(items)
    }
  }

  /// One network of each family at most.
  static func networkPair(_ place: Place<[IPNetwork]>) -> Binding {
    Binding(type: .strings, get: { .list($0[keyPath: place].map(\.description)) }) {
      value, configuration throws(ValueFlaw) in
      guard case .list(let items) = value else { throw .mismatch(value) }
      let networks = try networks(items)
      if let flaw = ValueFlaw.ofPair(networks) { throw flaw }
      configuration[keyPath: place] = networks
    }
  }

  /// Networks in one text, separated by commas. Empty says none in the config file; behind a flag it is a mistake.
  static func joinedNetworks(_ place: Place<[IPNetwork]>) -> Binding {
    Binding(type: .string, get: { .text($0[keyPath: place].map(\.description).joined(separator: ",")) }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      configuration[keyPath: place] = try networks(items)
    }
  }

  static let nodePortAddresses = Binding(
    type: .strings,
    get: {
      switch $0.traffic.nodePortAddresses {
      case .all: .list([])
      case .networks(let networks): .list(networks.map(\.description))
      case .primary: .list(["primary"])
      }
    },
    set: { value, configuration throws(ValueFlaw) in
      guard case .list(let items) = value else { throw .mismatch(value) }
      if items == ["primary"] {
        configuration.traffic.nodePortAddresses = .primary
      } else if items.contains("primary") {
        throw ValueFlaw("can't have both 'primary' and networks")
      } else {
        let networks = try networks(items)
        configuration.traffic.nodePortAddresses = networks.isEmpty ? .all : .networks(networks)
      }
    })

  static func portRange(_ place: Place<ClosedRange<UInt16>>) -> Binding {
    Binding(type: .string, get: { .text(text($0[keyPath: place])) }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = try ports(text)
    }
  }

  /// Empty for none.
  static func portRange(_ place: Place<ClosedRange<UInt16>?>) -> Binding {
    Binding(type: .string, get: { .text($0[keyPath: place].map(text) ?? "") }) {
      value, configuration throws(ValueFlaw) in
      guard case .text(let text) = value else { throw .mismatch(value) }
      configuration[keyPath: place] = text.isEmpty ? nil : try ports(text)
    }
  }

  private static func text(_ range: ClosedRange<UInt16>) -> String {
    "\(range.lowerBound)-\(range.upperBound)"
  }

  private static func ports(_ text: String) throws(ValueFlaw) -> ClosedRange<UInt16> {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = UInt16(parts[0]), let last = UInt16(parts[1]), first > 0,
      first <= last
    else { throw ValueFlaw("must be a range of ports like 30000-32767, not '\(text)'") }
    return first...last
  }

  private static func networks(_ items: [String]) throws(ValueFlaw) -> [IPNetwork] {
    var networks: [IPNetwork] = []
    for item in items {
      guard let network = IPNetwork(item.trimmed) else {
        throw ValueFlaw("must be networks like 10.0.0.0/8 or fd00::/48; '\(item)' is none")
      }
      networks.append(network)
    }
    return networks
  }
}

extension ValueFlaw {
  /// Kubernetes' rule for cluster networks: one, or one of each family.
  static func ofPair(_ networks: [IPNetwork]) -> ValueFlaw? {
    guard Set(networks.map(\.family)).count != networks.count else { return nil }
    let text = networks.map(\.description).joined(separator: ",")
    return ValueFlaw("must be one network, or one of each IP family, not \(text)")
  }
}

extension String {
  /// Without blanks around it.
  var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
