import ProxyConfiguration

/// A manual page in man(7)'s macros, from a command's description.
struct ManualPage {
  let program: CommandDescription
  /// Nil for the program's own page, with the flags of `run`.
  let command: CommandDescription?

  /// "ipvs-proxy-get".
  var name: String { command.map { "\(program.name)-\($0.name)" } ?? program.name }

  /// The program's page first.
  static func all(_ program: CommandDescription) -> [ManualPage] {
    [ManualPage(program: program, command: nil)]
      + described(program).filter { $0.name != "run" }.map { ManualPage(program: program, command: $0) }
  }

  private static func described(_ program: CommandDescription) -> [CommandDescription] {
    program.subcommands.filter { $0.isVisible }
  }

  var text: String {
    let page = command ?? program
    let discussion = Discussion(page.discussion)
    var roff = Roff()
    roff.title(name.uppercased(), version: "ipvs-proxy \(Version.current)")
    roff.section("NAME")
    roff.line("\(Roff.escaped(name)) \\- \(Roff.escaped(page.abstract.withoutFullStop))")
    roff.section("SYNOPSIS")
    for line in synopsis { roff.synopsis(line) }
    roff.section("DESCRIPTION")
    for paragraph in discussion.paragraphs { roff.paragraph(paragraph) }
    if command == nil {
      describeProgram(&roff)
    } else {
      if discussion.paragraphs.isEmpty { roff.paragraph(page.abstract) }
      describeArguments(of: page, &roff)
    }
    describeOptions(of: page, &roff)
    if !discussion.examples.isEmpty {
      roff.section("EXAMPLES")
      roff.verbatim(discussion.examples)
    }
    if !discussion.exitStatuses.isEmpty {
      roff.section("EXIT STATUS")
      for status in discussion.exitStatuses { roff.item("\(status.number)", status.meaning) }
    }
    describeSurroundings(&roff)
    return roff.text
  }

  private var synopsis: [String] {
    guard let command else {
      return ["ipvs-proxy [run] [flags]", "ipvs-proxy command [arguments] [flags]"]
    }
    if let synopsis = command.synopsis { return ["ipvs-proxy \(command.name) \(synopsis)"] }
    let positionals = command.positionals.filter { !$0.isBehindTerminator }
      .map { $0.isOptional ? "[\($0.name)]" : $0.name }
    let terminated = command.positionals.filter(\.isBehindTerminator).map { "[-- \($0.name)...]" }
    let names = (["ipvs-proxy", command.name] + positionals).joined(separator: " ")
    return [([names, "[flags]"] + terminated).joined(separator: " ")]
  }

  private func describeProgram(_ roff: inout Roff) {
    roff.paragraph(
      """
      It keeps the kernel's virtual servers (IPVS), the addresses of the interface kube-ipvs0, a fixed family of ipsets \
      and a fixed handful of iptables rules equal to what the Kubernetes Services of this node ask for. Services come \
      from an API server (--config, --kubeconfig) or from a directory of manifests (--manifests). It takes the place \
      of kube-proxy --proxy-mode=ipvs: flags, configuration file and names in the kernel are the same, and what \
      kube-proxy left is adopted. On SIGTERM it ends, and traffic goes on.
      """)
    roff.section("COMMANDS")
    for command in Self.described(program) { roff.item(command.name, command.abstract) }
  }

  private func describeArguments(of page: CommandDescription, _ roff: inout Roff) {
    guard !page.positionals.isEmpty else { return }
    roff.section("ARGUMENTS")
    for positional in page.positionals { roff.item(positional.name, positional.help) }
  }

  private func describeOptions(of page: CommandDescription, _ roff: inout Roff) {
    guard !page.options.isEmpty else { return }
    roff.section("OPTIONS")
    var heading = ""
    // The table is in ipvs-proxy(8): here it would be the same once more.
    for option in page.options where command == nil || option.heading.isEmpty {
      if option.heading != heading {
        heading = option.heading
        roff.subsection(heading)
      }
      roff.item(option.spelling, option.help)
    }
    if command != nil, page.options.contains(where: { !$0.heading.isEmpty }) {
      roff.paragraph(
        page.options.contains { $0.names.contains("--manifests") }
          ? "All flags of ipvs-proxy(8)." : "The flags of ipvs-proxy(8) for logging.")
    }
  }

  private func describeSurroundings(_ roff: inout Roff) {
    roff.section("ENVIRONMENT")
    roff.item("NO_COLOR", "If it isn't empty, nothing is in colour.")
    roff.section("FILES")
    let files = [
      ("/run/ipvs-proxy/admin.sock", "The admin socket of a running process, for root."),
      ("/etc/default/ipvs-proxy", "What the service is started with."),
      ("/etc/ipvs-proxy/manifests", "Manifests, where the service is started as shipped."),
      (
        "/var/lib/ipvs-proxy",
        "Addresses given to Services without one, and the last good version of each manifest."
      ),
    ]
    for (path, meaning) in command == nil ? files : Array(files.prefix(1)) { roff.item(path, meaning) }
    roff.section("SEE ALSO")
    let pages = Self.all(program).map(\.name).filter { $0 != name } + ["ipvsadm", "ipset", "iptables"]
    roff.references(pages.map { ($0, 8) })
  }
}

extension String {
  fileprivate var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

/// The parts of a command's discussion, as they are written for `--help`.
struct Discussion {
  var paragraphs: [String] = []
  var examples: [String] = []
  var exitStatuses: [(number: Int, meaning: String)] = []

  init(_ text: String) {
    for part in text.split(separator: "\n\n") {
      let lines = part.split(separator: "\n").map(String.init)
      if lines.first == "Examples:" {
        examples += lines.dropFirst().map { String($0.dropFirst(2)) }
      } else if let start = lines.firstIndex(where: { $0.hasPrefix("Exit statuses: ") }) {
        if start > 0 { paragraphs.append(lines[..<start].joined(separator: " ")) }
        let sentence = lines[start...].joined(separator: " ").dropFirst("Exit statuses: ".count)
        exitStatuses = Self.statuses(String(sentence))
      } else {
        paragraphs.append(lines.joined(separator: " "))
      }
    }
  }

  /// "0 listed; 1 there is none."
  private static func statuses(_ sentence: String) -> [(number: Int, meaning: String)] {
    sentence.withoutFullStop.split(separator: ";").compactMap { part in
      let words = part.drop { $0 == " " }
      let digits = words.prefix { $0.isNumber }
      guard let number = Int(digits) else { return nil }
      let meaning = words.dropFirst(digits.count).drop { $0 == " " }
      return (number, meaning.prefix(1).uppercased() + meaning.dropFirst() + ".")
    }
  }
}
