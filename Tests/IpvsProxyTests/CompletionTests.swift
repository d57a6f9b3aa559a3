import ArgumentParser
import Inspection
import Testing

@testable import IpvsProxy

@Suite struct CompletionTests {
  private func answer(_ line: String) throws -> CompletionAnswer {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    return Completion(program: try CommandDescription.program()).answer(words)
  }

  private func texts(_ line: String) throws -> [String] {
    guard case .candidates(let candidates) = try answer(line) else { return [] }
    return candidates.map(\.text)
  }

  @Test(arguments: [
    ("ex", ["explain"]), ("get ", ["services", "endpoints", "nodes"]), ("get services -o h", ["hosts"]),
    ("get services -A --output=j", ["--output=json"]),
    ("top --sort ", ["connections", "active", "in", "out", "name"]),
    ("status --o", ["--output"]), ("status -o ", ["json", "yaml"]), ("check --output t", ["text"]),
    ("completion ", ["bash", "zsh", "fish"]), ("nonsuch ", []), ("status x", []),
    ("get services -o wide x y", []),
  ]) func commandsHaveTheirArguments(line: String, texts: [String]) throws {
    #expect(try self.texts(line) == texts)
  }

  @Test(arguments: ["", "run ", "plan ", "diff ", "check ", "support-bundle /tmp/x "])
  func theTablesFlagsAreThere(command: String) throws {
    #expect(try texts(command + "--ipvs-sync") == ["--ipvs-sync-period"])
    #expect(try texts(command + "--detect-local-mode Cl") == ["ClusterCIDR"])
    #expect(try texts(command + "--guards=") == ["--guards=true", "--guards=false"])
    #expect(try answer(command + "--manifests ") == .directories)
    #expect(try answer(command + "--kubeconfig=/e") == .files)
    #expect(try texts(command + "--guards fal").isEmpty)
  }

  @Test func flagsBehindTheTerminatorAreThoseOfRun() throws {
    #expect(try texts("get services --manifests m -- --cluster-c") == ["--cluster-cidr"])
    #expect(try texts("get services --cluster-c").isEmpty)
    #expect(try texts("get services --cluster-d") == ["--cluster-domain"])
    #expect(try texts("cleanup --log").starts(with: ["--logging-format", "--log-format"]))
    #expect(try texts("cleanup --man").isEmpty)
  }

  @Test func namesComeFromTheProcess() throws {
    #expect(try answer("get services -n shop w") == .names(.service, prefix: ""))
    #expect(try answer("get no n") == .names(.node, prefix: ""))
    #expect(try answer("get services --namespace=s") == .names(.namespace, prefix: "--namespace="))
    #expect(try answer("top -n ") == .names(.namespace, prefix: ""))
    #expect(try answer("explain sh") == .names(.qualifiedService, prefix: ""))
    let services = ["b", "a"].flatMap { namespace in
      ["y", "x"].map { ServiceAddresses(namespace: namespace, name: $0, virtualServers: []) }
    }
    #expect(CompleteCommand.names(.namespace, services, in: nil) == ["a", "b"])
    #expect(CompleteCommand.names(.service, services, in: "b") == ["x", "y"])
    #expect(CompleteCommand.names(.service, services, in: nil) == ["x", "y"])
    #expect(CompleteCommand.names(.qualifiedService, services, in: "b") == ["a/x", "a/y", "b/x", "b/y"])
  }

  @Test func everyCandidateHasAMeaningOfOneLine() throws {
    for command in try CommandDescription.program().subcommands where command.isVisible {
      #expect(!command.abstract.isEmpty, "\(command.name)")
      guard case .candidates(let options) = try answer("\(command.name) -") else { continue }
      for option in options {
        #expect(!option.meaning.isEmpty && !option.meaning.contains("\n"), "\(command.name) \(option.text)")
      }
    }
  }
}

/// `--help` and the manual pages.
@Suite struct ManualTests {
  private static let program = Result { try CommandDescription.program() }

  @Test func everyCommandHasExamplesAndExitStatuses() throws {
    let program = try Self.program.get()
    for command in [program] + program.subcommands where command.isVisible {
      // Those of `run` are the program's.
      if command.name == "run" { continue }
      let discussion = Discussion(command.discussion)
      #expect(!discussion.examples.isEmpty && !discussion.exitStatuses.isEmpty, "\(command.name)")
      for example in discussion.examples {
        #expect(example.contains("ipvs-proxy "), "\(command.name): \(example)")
      }
    }
  }

  /// What ends up on a terminal.
  @Test func everyHelpShowsItsExamples() throws {
    for help in CommandHelp.all {
      #expect(
        help.text.contains("\nExamples:\n  ipvs-proxy") || help.text.contains("\nExamples:\n  systemctl"))
    }
    for command in IpvsProxy.configuration.subcommands where command.configuration.shouldDisplay {
      // Those have their flags from the table.
      guard !CommandHelp.all.contains(where: { $0.configuration.abstract == command.configuration.abstract }),
        command != RunCommand.self
      else { continue }
      let text = IpvsProxy.helpMessage(for: command, columns: 110)
      #expect(text.contains("Examples:\n"), "\(command.configuration.commandName ?? "")")
    }
  }

  /// Every example is taken by the parser: none has a flag that there isn't.
  @Test func examplesAreWhatTheProgramTakes() throws {
    let program = try Self.program.get()
    for command in [program] + program.subcommands where command.isVisible {
      for example in Discussion(command.discussion).examples {
        guard let start = example.firstRange(of: "ipvs-proxy ") else { continue }
        // Up to a remark, a pipe or a redirection.
        let text = example[start.upperBound...].replacing("   ", with: "\t")
        let words = text.prefix { !"\t|>)&".contains($0) }.split(separator: " ").map(String.init)
        do {
          _ = try IpvsProxy.parseAsRoot(words)
        } catch {
          // There is no terminal here.
          #expect("\(error)".contains("--once prints a table"), "\(example): \(error)")
          continue
        }
        for word in words where word.hasPrefix("-") {
          let name = String(word.prefix { $0 != "=" })
          let known = program.subcommand(words[0]) ?? program
          #expect(known.options.contains { $0.names.contains(name) }, "\(example): \(name)")
        }
      }
    }
  }

  @Test func aPageSaysAllThatTheCommandKnows() throws {
    let pages = ManualPage.all(try Self.program.get())
    #expect(pages.map(\.name).prefix(2) == ["ipvs-proxy", "ipvs-proxy-status"])
    let main = try #require(pages.first?.text)
    for text in [
      #".B "\-\-ipvs\-sync\-period duration""#, ".SS \"IPVS\"", ".B \"64\"", ".BR \"ipvs\\-proxy\\-top\"",
    ] {
      #expect(main.contains(text), "\(text)")
    }
    let top = try #require(pages.first { $0.name == "ipvs-proxy-top" }?.text)
    for text in [
      ".SH \"EXAMPLES\"", #"ipvs\-proxy top \-n shop \-\-sort active"#, #".B "\-\-interval seconds""#,
    ] {
      #expect(top.contains(text), "\(text)")
    }
  }

  @Test(arguments: [
    ("--a 'b' `c`", #"\-\-a \(aqb\(aq \(gac\(ga"#), (".hidden", #"\&.hidden"#), (#"a\b"#, #"a\eb"#),
  ]) func nothingIsTakenForRoffsOwn(text: String, escaped: String) { #expect(Roff.escaped(text) == escaped) }
}
