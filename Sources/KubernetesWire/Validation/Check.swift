import Addressing

extension String {
  /// Absent and empty are the same to the API.
  var nonEmpty: String? { isEmpty ? nil : self }
}

/// Checks of single values. What the API server validates is trusted as far as a wrong value could do no harm.
enum Check {
  static func requiredText(_ text: String, _ field: String) throws(FieldFlaw) -> String {
    guard !text.isEmpty else { throw FieldFlaw(field, "is required") }
    return text
  }

  /// One of an enumeration's spellings; nil when empty.
  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, _ field: String
  ) throws(FieldFlaw) -> Choice? where Choice.RawValue == String {
    guard !text.isEmpty else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw FieldFlaw(field, "\"\(FieldFlaw.shortened(text))\" is not one of \(known)")
    }
    return choice
  }

  static func port(_ number: Int32, _ field: String) throws(FieldFlaw) -> UInt16 {
    guard let port = UInt16(exactly: number), port > 0 else {
      throw FieldFlaw(field, "\(number) is not a port (1-65535)")
    }
    return port
  }

  /// A port where 0 means none.
  static func optionalPort(_ number: Int32, _ field: String) throws(FieldFlaw) -> UInt16? {
    number == 0 ? nil : try port(number, field)
  }

  /// Applies a check to each element, and names the one that fails.
  static func each<Element, Result>(
    _ elements: [Element], _ field: String, _ check: (Element) throws(FieldFlaw) -> Result
  ) throws(FieldFlaw) -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do { results.append(try check(element)) } catch { throw error.inside("\(field)[\(index)]") }
    }
    return results
  }

  static func address(_ text: String) throws(FieldFlaw) -> IPAddress {
    guard let address = IPAddress(legacy: text) else {
      throw FieldFlaw("", "\"\(FieldFlaw.shortened(text))\" is not an IP address")
    }
    return address
  }

  /// An address, and how it is written today.
  static func addressText(_ text: String) throws(FieldFlaw) -> (address: IPAddress, text: String) {
    // There is one way to write an IPv4 address.
    if let address = IPAddress(text), address.family == .ipv4 { return (address, text) }
    let address = try address(text)
    return (address, address.description)
  }

  static func network(_ text: String) throws(FieldFlaw) -> IPNetwork {
    // The API server trims source ranges, because an old annotation held them separated by commas and spaces.
    let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    let parts = trimmed.split(separator: "/", maxSplits: 1)
    if parts.count == 2, let address = IPAddress(legacy: String(parts[0])),
      let network = IPNetwork("\(address)/\(parts[1])")
    {
      return network
    }
    throw FieldFlaw("", "\"\(FieldFlaw.shortened(text))\" is not a network (address/length)")
  }
}
