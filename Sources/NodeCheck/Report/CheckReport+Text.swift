extension CheckReport {
  /// A finding after the other, what passes among them, wrapped at words.
  /// - Parameters:
  ///   - width: columns; fewer than 40 count as 40. Only a word that is longer than a line exceeds it.
  ///   - isColored: whether the statuses are in colour, by the escape sequences of ECMA-48.
  /// - Returns: lines, the last with a line end too.
  public func text(width: Int, isColored: Bool) -> String {
    let nameWidth = findings.map(\.check.count).max() ?? 0
    let layout = Layout(indent: 4 + 2 + nameWidth + 2, width: max(width, 40))
    var lines: [String] = []
    for finding in findings {
      let status = isColored ? finding.status.colored : finding.status.rawValue
      let name = finding.check + String(repeating: " ", count: nameWidth - finding.check.count)
      let body = layout.body(finding)
      lines.append("\(status)  \(name)  \(body[0])")
      lines += body.dropFirst().map { String(repeating: " ", count: layout.indent) + $0 }
    }
    lines.append("")
    lines.append(
      "\(findings.count) findings: \(count(.pass)) pass, \(count(.warn)) warn, \(count(.fail)) fail.")
    return lines.map { $0 + "\n" }.joined()
  }
}

extension Finding.Status {
  fileprivate var colored: String {
    let color =
      switch self {
      case .pass: 32
      case .warn: 33
      case .fail: 31
      }
    return "\u{1B}[\(color)m\(rawValue)\u{1B}[0m"
  }
}

/// How a finding's text stands to the right of its name.
private struct Layout {
  let indent: Int
  let width: Int

  /// Lines without the indent, at least one.
  func body(_ finding: Finding) -> [String] {
    var lines = wrap(finding.sentence)
    if let remedy = finding.remedy {
      if !remedy.sentence.isEmpty { lines += wrap("→ " + remedy.sentence, hanging: 2) }
      for command in remedy.commands { lines += wrap(command, hanging: 4, lineEnd: " \\", inset: 2) }
    }
    return lines.isEmpty ? [""] : lines
  }

  /// The first line begins with `inset` blanks, the others with `hanging`; one that goes on in the next ends with
  /// `lineEnd`, as the shell wants it.
  private func wrap(_ text: String, hanging: Int = 0, lineEnd: String = "", inset: Int = 0) -> [String] {
    let room = width - indent
    var lines: [String] = []
    var line = String(repeating: " ", count: inset)
    var isEmpty = true
    for word in Self.words(text.printable) {
      if !isEmpty, line.count + 1 + word.count + lineEnd.count > room {
        lines.append(line + lineEnd)
        line = String(repeating: " ", count: hanging)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }

  /// Blanks part words, but not inside the shell's single quotes.
  private static func words(_ text: String) -> [String] {
    var words: [String] = [""]
    var isQuoted = false
    for character in text {
      // An apostrophe ends a word or stands inside one; an opening quote stands at its start.
      if character == "'", isQuoted || words.last == "" { isQuoted.toggle() }
      if character == " ", !isQuoted { words.append("") } else { words[words.count - 1].append(character) }
    }
    return words.filter { !$0.isEmpty }
  }
}
