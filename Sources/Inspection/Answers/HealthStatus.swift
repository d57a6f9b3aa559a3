/// How the process and its work stand.
public struct HealthStatus: InspectionItem {
  public static let kind = "Status"

  /// Whether all that is wanted is in force or on its way, and the node served.
  public var isHealthy: Bool
  /// Why it isn't, or what to look at; empty when there is nothing.
  public var problems: [String]
  public var process: ProcessStatus?
  /// Whether the source of Services has been read whole.
  public var isSourceSynced: Bool
  public var source: [SourceStatus]
  /// Nil before the first has ended.
  public var lastRound: RoundStatus?
  public var counts: Counts
  /// Of very many the first only.
  public var failures: [FailureStatus]
  public var conflicts: [ConflictStatus]
  public var refusedAddresses: [RefusedAddress]
  public var drift: DriftStatus

  public struct Counts: Codable, Hashable, Sendable {
    public var services: Int
    public var virtualServers: Int
    /// Over all virtual servers.
    public var realServers: Int
    public var addresses: Int
    public var draining: Int
    /// Objects that still have to be looked at.
    public var pending: Int
    /// Objects that the kernel refused.
    public var failing: Int
    public var conflicts: Int
    public var refusedAddresses: Int
  }
}

public struct ProcessStatus: Codable, Hashable, Sendable {
  public var version: String
  public var processID: Int32
  public var nodeName: String
  public var kernel: String
  public var uptimeSeconds: Int
  /// In memory; nil when nobody says.
  public var residentBytes: Int?

  public init(
    version: String, processID: Int32, nodeName: String, kernel: String, uptimeSeconds: Int,
    residentBytes: Int?
  ) {
    self.version = version
    self.processID = processID
    self.nodeName = nodeName
    self.kernel = kernel
    self.uptimeSeconds = uptimeSeconds
    self.residentBytes = residentBytes
  }
}

/// One kind of object of the source: "services", "manifests".
public struct SourceStatus: Codable, Hashable, Sendable {
  public var name: String
  public var isSynced: Bool
  /// Nil where nobody counts.
  public var objects: Int?
  /// What keeps it from being read now; nil when nothing does.
  public var problem: String?

  public init(name: String, isSynced: Bool, objects: Int? = nil, problem: String? = nil) {
    self.name = name
    self.isSynced = isSynced
    self.objects = objects
    self.problem = problem
  }
}

public struct RoundStatus: Codable, Hashable, Sendable {
  public var secondsAgo: Double
  public var seconds: Double
  /// Whether the kernel was read whole.
  public var isFull: Bool
  public var operations: Int
  public var failedOperations: Int
  /// Why it was given up; nil when it wasn't.
  public var problem: String?
}

public struct FailureStatus: Codable, Hashable, Sendable {
  /// "virtual server 10.96.0.1:80/tcp".
  public var object: String
  /// What was tried, in ipvsadm's, ipset's or ip's words; nil while it waits for another object.
  public var operation: String?
  /// With the errno in words.
  public var error: String
  /// 0 when there is none.
  public var errno: Int32
  public var service: String?
  public var attempts: Int
  public var retryInSeconds: Double
}

/// Two Services want the same address, port and protocol.
public struct ConflictStatus: Codable, Hashable, Sendable {
  /// "10.96.0.1:80/tcp".
  public var virtualServer: String
  public var heldBy: String
  public var wantedBy: String
}

/// Changes of others to the kernel that were found and undone, since the start.
public struct DriftStatus: Codable, Hashable, Sendable {
  public var operations: Int
  public var rounds: Int
  /// Nil when there was none.
  public var lastSecondsAgo: Double?

  public init(operations: Int, rounds: Int, lastSecondsAgo: Double?) {
    self.operations = operations
    self.rounds = rounds
    self.lastSecondsAgo = lastSecondsAgo
  }
}
