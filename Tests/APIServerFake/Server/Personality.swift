/// What a server of some version can do, as far as a service proxy notices.
public struct Personality: Sendable, Hashable {
  public enum StreamingLists: Sendable, Hashable {
    case served
    /// Knows the parameter, refuses it: the feature gate WatchList is off (1.27 to 1.33).
    case refused
    /// Doesn't know the parameter (before 1.27), but forbids its companion resourceVersionMatch.
    case unknown
  }

  /// "v1.36.0"
  public var version: String
  public var streamingLists = StreamingLists.served
  /// Services can be selected by spec.clusterIP and spec.type (since 1.31).
  public var selectsServicesByField = true
  /// All servers of Kubernetes do; aggregated ones often don't.
  public var speaksProtobuf = true
  /// Since 1.16.
  public var sendsBookmarks = true
  /// discovery.k8s.io/v1 is there (since 1.21).
  public var hasEndpointSlices = true
  /// events.k8s.io/v1 is there (since 1.19).
  public var hasNewEvents = true
  /// Objects without creation time, as in bookmarks, say "creationTimestamp":null; newer servers leave it out.
  public var writesNullTimes = false

  public init(version: String) { self.version = version }

  public static let v136 = Personality(version: "v1.36.0")

  /// Streaming lists behind a gate that is off, Services selectable by field.
  public static let v131: Personality = {
    var personality = Personality(version: "v1.31.0")
    personality.streamingLists = .refused
    personality.writesNullTimes = true
    return personality
  }()

  /// Streaming lists behind a gate that is off, Services not selectable by field.
  public static let v128: Personality = {
    var personality = v131
    personality.version = "v1.28.0"
    personality.selectsServicesByField = false
    return personality
  }()

  /// Before streaming lists.
  public static let v126: Personality = {
    var personality = v128
    personality.version = "v1.26.0"
    personality.streamingLists = .unknown
    return personality
  }()

  /// The first version with discovery.k8s.io/v1.
  public static let v121: Personality = {
    var personality = v126
    personality.version = "v1.21.0"
    return personality
  }()

  /// "1.21", "1.26", "1.28", "1.31", "1.36".
  public init?(name: String) {
    let known: [Personality] = [.v121, .v126, .v128, .v131, .v136]
    guard let personality = known.first(where: { $0.version == "v\(name).0" }) else { return nil }
    self = personality
  }
}

extension Personality {
  /// The body of /version.
  var versionText: String {
    let numbers = version.dropFirst().split(separator: ".")
    let (major, minor) = (numbers.first ?? "1", numbers.dropFirst().first ?? "0")
    return """
      {
        "major": "\(major)",
        "minor": "\(minor)",
        "emulationMajor": "\(major)",
        "emulationMinor": "\(minor)",
        "minCompatibilityMajor": "\(major)",
        "minCompatibilityMinor": "\((Int(minor) ?? 1) - 1)",
        "gitVersion": "\(version)",
        "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "go1.26.6",
        "compiler": "gc",
        "platform": "linux/amd64"
      }
      """
  }
}
