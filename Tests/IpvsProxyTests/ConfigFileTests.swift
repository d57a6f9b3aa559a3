import Glibc
import LinuxNode
import Logging
import ProxyConfiguration
import ServiceLifecycle
import Synchronization
import Testing

@testable import IpvsProxy

@Suite struct ConfigFileTests {
  @Test func whatIsWrittenIsRead() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/effective.yaml"
    let given = try configuration(
      "--mode=ipvs", "--cluster-cidr=10.244.0.0/16", "--drain-timeout=1m", "--manifests=m")
    try ConfigFile.write(given.fileText, to: path)
    var read = try configuration("--config", path)
    read.process.configFile = ""
    #expect(read == given)
  }

  @Test func filesThatCannotBeReadOrWrittenSayWhy() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: ConfigFile.Failure.self) { try ConfigFile("\(directory.path)/none") }
    #expect(throws: ConfigFile.Failure.self) { try ConfigFile(directory.path) }
    do {
      try ConfigFile.write("a", to: "\(directory.path)/none/a")
      Issue.record("written")
    } catch {
      #expect(error.description == "No such file or directory (errno 2)")
    }
  }

  /// Whether the watch tells of a change. The change is made once the watch has begun; minutes are a bound for broken
  /// code, not a wait.
  private func tells(_ path: String, after change: () throws -> Void) async throws -> Bool {
    let changes = try ConfigFile(path).changes(quietPeriod: .milliseconds(5), rescanPeriod: .seconds(60))
    try change()
    for await _ in changes { return true }
    return false
  }

  @Test(.timeLimit(.minutes(5))) func aFileThatIsWrittenInPlaceIsSeen() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("a", to: "config.conf")
    #expect(
      try await tells("\(directory.path)/config.conf") { try directory.write("b", to: "config.conf") })
  }

  @Test(.timeLimit(.minutes(5))) func aFileThatIsReplacedIsSeen() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("a", to: "config.conf")
    try directory.write("b", to: "new")
    #expect(try await tells("\(directory.path)/config.conf") { try directory.move("new", to: "config.conf") })
  }

  /// As the kubelet updates a ConfigMap's volume: the file's directory is behind a link, which is renamed over.
  @Test(.timeLimit(.minutes(5))) func anUpdatedConfigMapIsSeen() async throws {
    let directory = try TemporaryDirectory()
    for (version, text) in [("..1", "a"), ("..2", "b")] {
      try directory.makeDirectory(version)
      try directory.write(text, to: "\(version)/config.conf")
    }
    try directory.link("..data", to: "..1")
    try directory.link("config.conf", to: "..data/config.conf")
    try directory.link("..data_tmp", to: "..2")
    #expect(
      try await tells("\(directory.path)/config.conf") { try directory.move("..data_tmp", to: "..data") })
  }

  @Test func onlyOtherContentIsAChange() throws {
    let directory = try TemporaryDirectory()
    try directory.write("a", to: "config.conf")
    let file = try ConfigFile("\(directory.path)/config.conf")
    try directory.write("a", to: "new")
    try directory.move("new", to: "config.conf")
    #expect(!file.hasChanged)
    try directory.move("config.conf", to: "gone")
    #expect(!file.hasChanged)
    try directory.write("b", to: "config.conf")
    #expect(file.hasChanged)
  }

  /// Runs until it is told to shut down, and remembers that it was.
  private final class Neighbour: ServiceLifecycle.Service {
    let hasShutDown = Mutex(false)

    func run() async throws {
      try await gracefulShutdown()
      hasShutDown.withLock { $0 = true }
    }
  }

  @Test(.timeLimit(.minutes(5))) func aFileChangedBeforeEndsEverythingInOrderWithASentence() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("a", to: "config.conf")
    let file = try ConfigFile("\(directory.path)/config.conf")
    try directory.write("b", to: "config.conf")
    let neighbour = Neighbour()
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          ServiceGroupConfiguration.ServiceConfiguration(service: neighbour),
          ServiceGroupConfiguration.ServiceConfiguration(
            service: ConfigFileWatcher(file: file), failureTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    do {
      try await group.run()
      Issue.record("goes on")
    } catch let error as FatalError {
      #expect(error.status == .failure)
      #expect(error.description.contains("config.conf has changed: ending"))
    }
    #expect(neighbour.hasShutDown.withLock { $0 })
  }

  // MARK: The out-of-memory score

  @Test func theScoreIsWrittenWhereItDiffers() throws {
    let directory = try TemporaryDirectory()
    try directory.makeDirectory("proc")
    try directory.makeDirectory("proc/self")
    try directory.write("0\n", to: "proc/self/oom_score_adj")
    let lines = Mutex<[String]>([])
    let logger = Logger(label: "test") { _ in
      TextLogHandler(logLevel: .info, write: { line in lines.withLock { $0.append(line) } })
    }
    let files = HostFiles(root: directory.path)
    OutOfMemoryScore.adjust(to: -999, files: files, logger: logger)
    #expect(try files.read("/proc/self/oom_score_adj") == "-999")
    #expect(lines.withLock { $0 }.isEmpty)
    OutOfMemoryScore.adjust(to: 1, files: HostFiles(root: "\(directory.path)/none"), logger: logger)
    #expect(
      lines.withLock { $0 }.first?.contains("oom_score_adj could not be set to 1: No such file") == true)
  }
}
