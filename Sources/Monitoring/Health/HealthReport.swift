import Addressing

/// An answer of /healthz or /livez.
public struct HealthReport: Hashable, Sendable {
  public struct Family: Hashable, Sendable {
    public var family: IPFamily
    /// Since 1970; nil before the first round.
    public var lastUpdated: Duration?
    public var isHealthy: Bool
  }

  /// Since 1970: now while healthy; else the last round, nil before the first.
  public var lastUpdated: Duration?
  public var currentTime: Duration
  /// Nil where it isn't considered.
  public var nodeEligible: Bool?
  public var isHealthy: Bool
  /// In the order of their names.
  public var families: [Family]

  /// 200 or 503.
  public var status: Int { isHealthy ? 200 : 503 }

  /// As kube-proxy 1.36 writes it, byte for byte: without spaces, the fields in this order, and Go's zero time where
  /// there is none.
  public var json: String {
    let families = families.map { family in
      "\"\(family.family)\":{\"lastUpdated\":\(Self.time(family.lastUpdated)),\"healthy\":\(family.isHealthy)}"
    }
    let eligible = nodeEligible.map { "\"nodeEligible\":\($0)," } ?? ""
    return "{\"lastUpdated\":\(Self.time(lastUpdated)),\"currentTime\":\(Self.time(currentTime)),\(eligible)"
      + "\"healthy\":\(isHealthy),\"status\":{\(families.joined(separator: ","))}}"
  }

  private static func time(_ time: Duration?) -> String {
    "\"\(time.map { CalendarTime($0).rfc3339 } ?? "0001-01-01T00:00:00Z")\""
  }
}
