/// Kubernetes' rules for names (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
enum ObjectNames {
  /// RFC 1123 label: 1...63 of a-z, 0-9 and "-", with a letter or digit at both ends.
  static func isLabel(_ name: some StringProtocol) -> Bool {
    let bytes = name.utf8
    guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.reversed().first else {
      return false
    }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  /// RFC 1123 subdomain: labels separated by dots, 1...253 in all.
  static func isSubdomain(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        // Within a subdomain the API doesn't limit a part to 63.
        guard let first = part.utf8.first, let last = part.utf8.reversed().first else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
          && part.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      }
  }

  /// RFC 6335 service name, as for a container's port: 1...15, at least one letter, no two "-" in a row.
  static func isPortName(_ name: String) -> Bool {
    name.utf8.count <= 15 && isLabel(name) && !name.utf8.allSatisfy { !isLetter($0) } && !name.contains("--")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
