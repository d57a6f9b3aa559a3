import Reconciler

/// Ordinary Kubernetes manifests in a directory as the core's inputs.
///
/// Broken manifests keep their last good version in force, also after a restart; while anything is broken, nothing is
/// removed. Addresses and node ports that manifests leave out are allocated and kept.
public actor ManifestSource {
  private let configuration: ManifestConfiguration
  private var files: ManifestFiles
  private var store: LastGoodStore
  private var allocationStore: AllocationStore
  private var lastGood: [String: [ManifestObject]] = [:]
  private var records: [ServiceKey: AllocationRecord] = [:]
  private var allocationProblem: Diagnostic?
  private var emitted = CoreInputs()
  private var log = DiagnosticLog()
  private var isLoaded = false
  private var isSettled = false
  private var isWhole = false

  /// The objects in force after the last load.
  public private(set) var snapshot = ManifestSnapshot()

  public init(_ configuration: ManifestConfiguration) {
    self.configuration = configuration
    files = ManifestFiles(directory: configuration.directory)
    store = LastGoodStore(directory: configuration.stateDirectory + "/manifests")
    allocationStore = AllocationStore(path: configuration.stateDirectory + "/allocations.json")
  }

  /// How many times a file has been parsed so far.
  var parseCount: Int { files.parseCount }

  /// Looks at the directory once: what changed against everything returned before. State is written before it returns,
  /// so that an address that has been told is never given to another Service after a crash.
  public func load() -> ManifestUpdate {
    readState()
    let scan = files.scan()
    // Nothing to do, unless something about the state is still to be told or tried again.
    if scan.isUnchanged, isSettled { return ManifestUpdate(batch: InputBatch([], isComplete: isWhole)) }
    let inForce = ObjectsInForce(scan, directory: configuration.directory, lastGood: lastGood)
    let resolution = ManifestResolution(
      inForce, lastGood: lastGood, records: records, configuration: configuration.allocation)
    let news = resolution.snapshot
    let nodesChanged = news.nodes != snapshot.nodes
    snapshot = news
    keep(resolution, isWhole: inForce.isWhole)
    // Before they are replaced: what was wrong with the state is told once.
    let problems = stateProblems
    let failures = configuration.persist ? writeState(isWhole: inForce.isWhole) : []
    isSettled = problems.isEmpty && failures.isEmpty
    isWhole = inForce.isWhole
    let next = CoreInputs(news, resolution.allocations, nodeName: configuration.nodeName)
    let (changes, result) = emitted.changes(to: next, isWhole: inForce.isWhole)
    emitted = result
    return ManifestUpdate(
      batch: InputBatch(changes, isComplete: inForce.isWhole),
      diagnostics: log.news(in: inForce.diagnostics + resolution.diagnostics + problems + failures),
      nodesChanged: nodesChanged)
  }

  /// The first load, then one update for each later change. The directory is watched until the stream is dropped.
  /// One stream at a time: each update is told once.
  public nonisolated func updates() -> AsyncStream<ManifestUpdate> {
    // Watching begins before the first load: a change in between is seen by the second.
    let watcher = DirectoryWatcher(
      directory: configuration.directory, quietPeriod: configuration.quietPeriod,
      rescanPeriod: configuration.rescanPeriod)
    let changes = watcher.changes()
    return AsyncStream { continuation in
      let task = Task {
        let first = await load()
        continuation.yield(first)
        var wasComplete = first.batch.isComplete
        for await _ in changes {
          let update = await load()
          if update.tellsSomething || update.batch.isComplete != wasComplete { continuation.yield(update) }
          wasComplete = update.batch.isComplete
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  // MARK: State

  private func readState() {
    guard !isLoaded else { return }
    isLoaded = true
    lastGood = store.load()
    do throws(Diagnostic) {
      records = try allocationStore.load()
    } catch {
      allocationProblem = error
    }
  }

  /// While the source is not whole, the last good versions of what could not be had are not forgotten.
  private func keep(_ resolution: ManifestResolution, isWhole: Bool) {
    var next = resolution.lastGood
    if !isWhole {
      var held = Set(next.values.joined().map(\.id))
      for (file, objects) in lastGood {
        for object in objects where held.insert(object.id).inserted { next[file, default: []].append(object) }
      }
    }
    lastGood = next
    records = resolution.records
  }

  private var stateProblems: [Diagnostic] {
    store.problems.sorted { $0.key < $1.key }.map(\.value) + [allocationProblem].compactMap(\.self)
  }

  private func writeState(isWhole: Bool) -> [Diagnostic] {
    var failures = store.save(lastGood, isWhole: isWhole)
    do throws(FileError) {
      try allocationStore.save(records)
      allocationProblem = nil
    } catch {
      failures.append(
        Diagnostic(
          .error, file: error.path, message: "\(error): allocated addresses may change after a restart"))
    }
    return failures
  }
}

extension ManifestUpdate {
  fileprivate var tellsSomething: Bool { !batch.changes.isEmpty || !diagnostics.isEmpty || nodesChanged }
}
