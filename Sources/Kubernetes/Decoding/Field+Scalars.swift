import Addressing
import YAML

// Reading scalars. Every function gives nil for an absent field and refuses a value of another type: a quoted "80" is
// no number, an unquoted 80 no string, as with the API server.
extension Field {
  func string() throws(FieldError) -> String? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node else { throw error("must be a string, not \(typeName)") }
    guard scalar.value == .string else {
      throw error("must be a string, not \(typeName): put it in quotes")
    }
    return scalar.text
  }

  /// A string; absent and empty are the same.
  func text() throws(FieldError) -> String? {
    guard let text = try string(), !text.isEmpty else { return nil }
    return text
  }

  func requiredText() throws(FieldError) -> String {
    guard let text = try text() else { throw error("is required") }
    return text
  }

  func integer() throws(FieldError) -> Int? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, case .integer(let value) = scalar.value else {
      throw error("must be a whole number, not \(typeName)")
    }
    return value
  }

  func bool() throws(FieldError) -> Bool? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, case .bool(let value) = scalar.value else {
      throw error("must be true or false, not \(typeName)")
    }
    return value
  }

  func strings() throws(FieldError) -> [String] {
    var result: [String] = []
    for item in try items() { result.append(try item.string() ?? "") }
    return result
  }

  /// One of an enumeration's spellings; letter case counts, absent and empty are the same.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _: Choice.Type
  ) throws(FieldError) -> Choice? where Choice.RawValue == String {
    guard let text = try text() else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("\"\(Self.shortened(text))\" is not one of \(known)")
    }
    return choice
  }

  func port() throws(FieldError) -> UInt16? {
    guard let number = try integer() else { return nil }
    guard let port = UInt16(exactly: number), port > 0 else {
      throw error("\(number) is not a port (1-65535)")
    }
    return port
  }

  /// A port where 0 means none.
  func optionalPort() throws(FieldError) -> UInt16? {
    try integer() == 0 ? nil : port()
  }

  func requiredPort() throws(FieldError) -> UInt16 {
    guard let port = try port() else { throw error("is required: a port (1-65535)") }
    return port
  }

  /// An address in the API's strict spelling: no leading zeros, no IPv4-mapped IPv6.
  func ipAddress() throws(FieldError) -> IPAddress {
    let text = try string() ?? ""
    guard let address = IPAddress(text) else {
      throw error("\"\(Self.shortened(text))\" is not an IP address (no leading zeros, no zone)")
    }
    guard !address.isIPv4Mapped else {
      throw error("\(text) is an IPv4-mapped IPv6 address: write the IPv4 address")
    }
    return address
  }

  /// An address that can be reached over the network: not unspecified, loopback, link-local or multicast.
  func routableAddress() throws(FieldError) -> IPAddress {
    let address = try ipAddress()
    if let flaw = address.flaw { throw error("\(address) is \(flaw)") }
    return address
  }

  func network() throws(FieldError) -> IPNetwork {
    // The API server trims source ranges, because an old annotation held them separated by commas and spaces.
    let text = try string() ?? ""
    let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    guard let network = IPNetwork(trimmed), !network.address.isIPv4Mapped else {
      throw error("\"\(Self.shortened(text))\" is not a network (address/length)")
    }
    return network
  }

  func timestamp() throws(FieldError) -> String? {
    guard let text = try text() else { return nil }
    guard Timestamp.seconds(text) != nil else {
      throw error("\"\(Self.shortened(text))\" is not an RFC 3339 time (2006-01-02T15:04:05Z)")
    }
    return text
  }
}
