/// What a shell can offer for the word at the cursor.
enum CompletionAnswer: Equatable {
  struct Candidate: Hashable {
    var text: String
    /// One line; empty for none.
    var meaning = ""
  }

  case candidates([Candidate])
  case files, directories
  /// What only a running process knows; the prefix is the part of the word that stands before the value.
  case names(ValueKind, prefix: String)
}

/// Completes a command line. Pure: who knows names is asked by the caller.
struct Completion {
  let program: CommandDescription

  /// For the words behind the program's name, up to the cursor: the last is the one to complete, and may be empty.
  func answer(_ words: [String]) -> CompletionAnswer {
    let current = words.last ?? ""
    var before = words.dropLast()[...]
    var command = program
    if let first = before.first, let found = program.subcommand(first) {
      command = found
      before = before.dropFirst()
    }
    let place = Place(before, command)
    if let option = place.awaiting { return values(option.kind, current, prefix: "") }
    if current.hasPrefix("-"), !place.isBehindTerminator {
      guard let equals = current.firstIndex(of: "=") else { return options(command, current) }
      let name = String(current[..<equals])
      guard let option = command.option(name) else { return .candidates([]) }
      let kind = option.valueName == nil ? .choices(["true", "false"]) : option.kind
      return values(kind, String(current[current.index(after: equals)...]), prefix: name + "=")
    }
    if place.isBehindTerminator {
      // Further flags of `run`.
      return current.hasPrefix("-") ? options(program, current) : .candidates([])
    }
    if command.name == program.name {
      guard place.positionals.isEmpty else { return .candidates([]) }
      let known = program.subcommands.filter { $0.isVisible && $0.name.hasPrefix(current) }
      return .candidates(known.map { .init(text: $0.name, meaning: $0.abstract.firstSentence) })
    }
    let positionals = command.positionals.filter { !$0.isBehindTerminator }
    guard place.positionals.count < positionals.count else { return .candidates([]) }
    var kind = positionals[place.positionals.count].kind
    // `get nodes NAME`.
    if kind == .service, place.positionals.first?.hasPrefix("no") == true { kind = .node }
    return values(kind, current, prefix: "")
  }

  private func options(_ command: CommandDescription, _ current: String) -> CompletionAnswer {
    .candidates(
      command.options.flatMap { option in
        option.names.filter { $0.hasPrefix(current) }
          .map { CompletionAnswer.Candidate(text: $0, meaning: option.help.firstSentence) }
      })
  }

  private func values(_ kind: ValueKind, _ current: String, prefix: String) -> CompletionAnswer {
    switch kind {
    case .any: .candidates([])
    case .choices(let texts):
      .candidates(texts.filter { $0.hasPrefix(current) }.map { .init(text: prefix + $0) })
    case .file: .files
    case .directory: .directories
    case .namespace, .service, .qualifiedService, .node: .names(kind, prefix: prefix)
    }
  }

  /// What the words before the cursor leave open.
  private struct Place {
    /// The option whose value comes next.
    var awaiting: OptionDescription?
    var positionals: [String] = []
    var isBehindTerminator = false

    init(_ words: some Sequence<String>, _ command: CommandDescription) {
      for word in words {
        if awaiting != nil {
          awaiting = nil
        } else if isBehindTerminator {
          continue
        } else if word == "--" {
          isBehindTerminator = true
        } else if word.hasPrefix("-"), word.count > 1 {
          let option = word.contains("=") ? nil : command.option(word)
          awaiting = option?.valueName == nil ? nil : option
        } else {
          positionals.append(word)
        }
      }
    }
  }
}

extension CommandDescription {
  fileprivate func option(_ name: String) -> OptionDescription? {
    options.first { $0.names.contains(name) }
  }
}

extension String {
  /// Without its full stop; of what is longer than a line, the beginning.
  fileprivate var firstSentence: String {
    let line = prefix { $0 != "\n" }
    let sentence = line.firstRange(of: ". ").map { line[..<$0.lowerBound] } ?? line
    return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
  }
}
