/// The objects with their history: what etcd and the watch cache are to a real server. One counter numbers all writes.
public actor ObjectStore {
  /// The revision of the latest write.
  public internal(set) var revision: Int64
  /// Nothing up to and including this revision can be watched from or listed exactly.
  public internal(set) var compactedRevision: Int64 = 0
  private var objects: [Resource: [ObjectKey: StoredObject]] = [:]
  /// Ascending, without gaps from compactedRevision on.
  var history: [Change] = []
  /// The latest state of a resource in list order, until the next write to it.
  private var sorted: [Resource: [StoredObject]] = [:]
  var watchers: [Int: Watcher] = [:]
  var nextWatcher = 0
  nonisolated let watchersChanged = Bell()

  /// - Parameter revision: that of the first write is one more; a cluster has made some before the first Service.
  public init(revision: Int64 = 100) {
    self.revision = revision
    compactedRevision = revision
  }

  // MARK: - Writing

  /// Creates or replaces an object, given as kubectl would: kind, metadata, content. The store fills in what a server
  /// does in metadata (uid, resourceVersion, creationTimestamp), not the defaults of the spec.
  ///
  /// - Returns: its revision; that of the stored one if nothing differs, which is no write.
  @discardableResult
  public func apply(_ object: Value) throws(ObjectError) -> Int64 {
    let key = try ObjectKey(of: object)
    let before = objects[key.resource]?[key]
    let complete = complete(object, before: before, revision: before?.revision ?? revision + 1)
    if let before, StoredObject(complete, key: key, revision: before.revision).json == before.json {
      return before.revision
    }
    var written = complete
    written["metadata"]["resourceVersion"] = .text(revision + 1)
    record(before: before, after: StoredObject(written, key: key, revision: revision + 1))
    return revision
  }

  /// Takes a list as a server serves it for the whole state of its resource, versions and all.
  ///
  /// - Throws: ObjectError if `list` is no list of a known kind; nothing has changed then.
  public func restore(_ list: Value) throws(ObjectError) {
    let kind = list["kind"].string ?? ""
    guard kind.hasSuffix("List"), let resource = Resource(kind: String(kind.dropLast(4))) else {
      throw .unknownKind(kind)
    }
    var restored: [ObjectKey: StoredObject] = [:]
    for var item in list["items"].elements {
      item["kind"] = .string(resource.kind)
      let key = try ObjectKey(of: item)
      let revision = item["metadata"]["resourceVersion"].string.flatMap { Int64($0) } ?? revision
      restored[key] = StoredObject(item, key: key, revision: revision)
    }
    objects[resource] = restored
    sorted[resource] = nil
    revision = list["metadata"]["resourceVersion"].string.flatMap { Int64($0) } ?? revision
    compact()
  }

  /// Stores an object that no client can make sense of beyond its metadata.
  ///
  /// - Returns: its revision.
  @discardableResult
  public func applyMalformed(_ key: ObjectKey, labels: [String: String] = [:]) -> Int64 {
    let before = objects[key.resource]?[key]
    var object: Value = ["metadata": ["name": .string(key.name), "namespace": .string(key.namespace)]]
    if !labels.isEmpty {
      object["metadata"]["labels"] = .object(
        labels.sorted { $0.key < $1.key }.map { Value.Member($0.key, .string($0.value)) })
    }
    let metadata = complete(object, before: before, revision: revision + 1)["metadata"]
    record(before: before, after: .malformed(metadata, key: key, revision: revision + 1))
    return revision
  }

  /// - Returns: the revision of the deletion.
  @discardableResult
  public func delete(_ key: ObjectKey) throws(ObjectError) -> Int64 {
    guard let before = objects[key.resource]?[key] else { throw .notFound(key) }
    record(before: before, after: nil)
    return revision
  }

  /// Forgets the history up to the latest write: watches and pages from before it answer 410.
  public func compact() {
    compactedRevision = revision
    history.removeAll()
  }

  /// Lets the counter run on without a change, as writes to other resources do.
  public func advance(by writes: Int64) { revision += writes }

  private func record(before: StoredObject?, after: StoredObject?) {
    guard let key = (after ?? before)?.key else { return }
    revision += 1
    objects[key.resource, default: [:]][key] = after
    sorted[key.resource] = nil
    let change = Change(revision: revision, before: before, after: after)
    history.append(change)
    tell(change)
  }

  // MARK: - Reading

  public func object(_ key: ObjectKey) -> Value? { objects[key.resource]?[key]?.value }

  /// All objects of a resource in list order, without kind and apiVersion.
  public func objects(_ resource: Resource) -> [Value] { state(resource).map(\.value) }

  func stored(_ key: ObjectKey) -> StoredObject? { objects[key.resource]?[key] }

  public func count(_ resource: Resource) -> Int { objects[resource]?.count ?? 0 }

  /// All objects of a resource in list order, now.
  func state(_ resource: Resource) -> [StoredObject] {
    if let state = sorted[resource] { return state }
    let state = ObjectStore.sort(objects[resource, default: [:]])
    sorted[resource] = state
    return state
  }

  /// All objects of a resource in list order as they were; nil if that has been compacted away.
  func state(_ resource: Resource, at past: Int64) -> [StoredObject]? {
    if past >= revision { return state(resource) }
    guard past >= compactedRevision else { return nil }
    var state = objects[resource, default: [:]]
    for change in history.reversed() {
      guard change.revision > past else { break }
      guard let key = change.key, key.resource == resource else { continue }
      state[key] = change.before
    }
    return ObjectStore.sort(state)
  }

  private static func sort(_ objects: [ObjectKey: StoredObject]) -> [StoredObject] {
    let byPath = objects.map { (path: $0.key.path, object: $0.value) }
    return byPath.sorted { $0.path < $1.path }.map(\.object)
  }
}
