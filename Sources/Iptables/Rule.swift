/// One rule: the words that follow "-A CHAIN" in the output of iptables-save(8).
///
/// Rules are compared by words, so it doesn't matter whether a comment of one word stands in quotes.
public struct Rule: Hashable, Sendable {
  public let words: [String]

  public init(words: [String]) {
    self.words = words
  }

  /// From the text of a rule as iptables-save prints it: words apart by blanks, `"…"` around words that hold blanks.
  public init(_ text: some StringProtocol) {
    words = Self.split(text)
  }

  /// The chain or verdict the rule leads to; nil for a rule that only counts.
  public var target: String? {
    guard let flag = words.lastIndex(where: { $0 == "-j" || $0 == "-g" }), flag + 1 < words.count else {
      return nil
    }
    return words[flag + 1]
  }

  /// Whether the rule sends every packet to that chain; a comment changes nothing about that.
  public func alwaysJumps(to chain: String) -> Bool {
    var rest = words
    while let match = rest.firstIndex(of: "--comment"), match >= 2, match + 1 < rest.count {
      rest.removeSubrange((match - 2)...(match + 1))
    }
    return rest == ["-j", chain]
  }
}

extension Rule: CustomStringConvertible {
  /// As iptables-save prints it and iptables-restore reads it.
  public var description: String {
    words.map(Self.quoted).joined(separator: " ")
  }
}

extension Rule {
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if plain && !word.isEmpty { return word }
    var text = "\""
    for character in word {
      if character == "\"" || character == "\\" { text.append("\\") }
      text.append(character)
    }
    return text + "\""
  }

  /// iptables' own splitting (add_param_to_argv of xshared.c): blanks part words, quotes group, a backslash inside
  /// quotes takes the next character as it is.
  private static func split(_ text: some StringProtocol) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var (isQuoted, isEscaped, isOpen) = (false, false, false)
    func close() {
      if isOpen { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
      isOpen = false
    }
    for byte in text.utf8 {
      if isEscaped {
        word.append(byte)
        isEscaped = false
      } else if isQuoted && byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        isOpen = true
      } else if !isQuoted && (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")) {
        close()
      } else {
        word.append(byte)
        isOpen = true
      }
    }
    close()
    return words
  }
}
