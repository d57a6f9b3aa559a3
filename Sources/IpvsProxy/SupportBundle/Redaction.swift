/// Takes out what could be a secret, whichever file it stands in. It rather takes out too much.
enum Redaction {
  static let mark = "[removed]"

  /// Names of fields, flags and headers whose values are secrets: without hyphens and underscores, in lower case.
  private static let secretNames: Set<String> = [
    "token", "bearertoken", "idtoken", "accesstoken", "refreshtoken", "password", "passwd", "secret",
    "clientsecret",
    "clientkeydata", "clientcertificatedata", "certificateauthoritydata", "apikey", "accesskey", "secretkey",
    "authorization", "privatekey",
  ]

  static func redacted(_ text: String) -> String {
    var lines: [String] = []
    var isInPEM = false
    /// The indentation of a secret's name whose value may go on in deeper lines.
    var secretIndentation: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indentation = line.prefix { $0 == " " }.count
      if isInPEM || line.contains("-----BEGIN ") {
        if !isInPEM { lines.append(mark) }
        isInPEM = !line.contains("-----END ")
        continue
      }
      if let depth = secretIndentation {
        if indentation > depth || line.allSatisfy(\.isWhitespace) { continue }
        secretIndentation = nil
      }
      if let end = endOfSecretName(in: line) {
        lines.append(line[..<end] + " " + mark)
        secretIndentation = indentation
      } else {
        lines.append(withoutUserinfo(withoutTokens(String(line))))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Behind the ":", "=" or blank after the first secret's name.
  private static func endOfSecretName(in line: Substring) -> Substring.Index? {
    var name = ""
    for index in line.indices {
      let character = line[index]
      if character == ":" || character == "=" {
        if secretNames.contains(name) { return line.index(after: index) }
        name = ""
      } else if character.isLetter || character.isNumber {
        name += character.lowercased()
      } else if character == " " || character == "," || character == "{" || character == "(" {
        // "--token VALUE"
        if secretNames.contains(name), line[..<index].hasFlag(name) { return index }
        name = ""
      }
    }
    return nil
  }

  /// JSON Web Tokens (RFC 7519), which begin with "{" in base64, and whatever follows "Bearer".
  private static func withoutTokens(_ line: String) -> String {
    guard line.contains("eyJ") || line.contains("earer ") else { return line }
    var result: [String] = []
    var isAfterBearer = false
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if isAfterBearer, !word.isEmpty {
        result.append(mark)
        isAfterBearer = false
        continue
      }
      if let start = word.firstRange(of: "eyJ")?.lowerBound {
        result.append(word[..<start] + mark)
      } else {
        result.append(String(word))
        isAfterBearer = word.lowercased().hasSuffix("bearer")
      }
    }
    return result.joined(separator: " ")
  }

  /// "https://user:password@host" (RFC 3986).
  private static func withoutUserinfo(_ line: String) -> String {
    var result = ""
    var rest = line[...]
    while let start = rest.firstRange(of: "://")?.upperBound {
      result += rest[..<start]
      rest = rest[start...]
      let authority = rest.prefix { !"/?# \"'".contains($0) }
      if let at = authority.lastIndex(of: "@") {
        result += mark
        rest = rest[at...]
      }
    }
    return result + rest
  }
}

extension Substring {
  /// Whether it ends with that flag, hyphens inside its name left out of account.
  fileprivate func hasFlag(_ name: String) -> Bool {
    guard let word = split(separator: " ").last, word.hasPrefix("-") else { return false }
    return word.filter { $0.isLetter || $0.isNumber }.lowercased() == name
  }
}
