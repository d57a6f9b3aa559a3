import LinuxNode
import Testing

@Suite struct SubprocessRunnerTests {
  private let runner = SubprocessRunner()

  @Test func inputReachesTheProgramAndItsOutputComesBack() async throws {
    #expect(try await runner.run(Command("cat", input: "one\ntwo\n")) == "one\ntwo\n")
  }

  @Test func moreInputThanAPipeHoldsArrivesWhole() async throws {
    let input = String(repeating: "-A KUBE-SERVICES -j RETURN\n", count: 20_000)
    #expect(try await runner.run(Command("cat", input: input)) == input)
  }

  @Test func aFailureNamesTheStatusAndTheFirstLineOfTheErrors() async {
    let command = Command("sh", ["-c", "echo out; echo first >&2; echo second >&2; exit 3"])
    await #expect(throws: CommandError.failed(program: "sh", status: 3, message: "first")) {
      try await runner.run(command)
    }
  }

  @Test func aProgramThatDoesNotReadItsInputStillTellsItsStatus() async {
    let command = Command(
      "sh", ["-c", "echo no >&2; exit 4"], input: String(repeating: "x", count: 1 << 20))
    await #expect(throws: CommandError.failed(program: "sh", status: 4, message: "no")) {
      try await runner.run(command)
    }
  }

  @Test func aSignalIsANegativeStatus() async {
    await #expect(throws: CommandError.failed(program: "sh", status: -9, message: "")) {
      try await runner.run(Command("sh", ["-c", "kill -9 $$"]))
    }
  }

  @Test func aProgramThatIsNotThereIsMissing() async {
    await #expect(throws: CommandError.missing(program: "no-such-program-here")) {
      try await runner.run(Command("no-such-program-here"))
    }
  }

  @Test(.timeLimit(.minutes(5))) func aProgramThatTakesTooLongIsEnded() async {
    let limit = Duration.milliseconds(50)
    await #expect(throws: CommandError.timedOut(program: "sleep", after: limit)) {
      try await SubprocessRunner(timeLimit: limit).run(Command("sleep", ["600"]))
    }
  }

  @Test func outputPastTheLimitIsAnError() async {
    await #expect(throws: CommandError.tooMuchOutput(program: "head", limit: 100)) {
      try await SubprocessRunner(outputLimit: 100).run(Command("head", ["-c", "100000", "/dev/zero"]))
    }
  }

  @Test func messagesComeInEnglish() async throws {
    #expect(try await runner.run(Command("sh", ["-c", "echo $LC_ALL"])) == "C\n")
  }

  @Test func errorsReadAsSentences() {
    let error = CommandError.failed(program: "iptables-restore", status: 1, message: "line 3 failed")
    #expect("\(error)" == "iptables-restore failed with exit status 1: line 3 failed")
  }
}
