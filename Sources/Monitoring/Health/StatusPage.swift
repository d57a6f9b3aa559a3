/// What /statusz shows: for people, in the layout of Kubernetes components. Programs read /metrics.
public struct StatusPage: Hashable, Sendable {
  public var version: String
  /// Since 1970.
  public var started: Duration
  /// Since 1970.
  public var now: Duration
  /// Further lines, in order: "Kernel" and its release, what is wrong.
  public var lines: [Line]

  public struct Line: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(version: String, started: Duration, now: Duration, lines: [Line] = []) {
    self.version = version
    self.started = started
    self.now = now
    self.lines = lines
  }

  public var text: String {
    let up = max((now - started).components.seconds, 0)
    let all =
      [
        Line("Started", CalendarTime(started).rfc3339),
        Line("Up", "\(up / 3600) hr \(up / 60 % 60) min \(up % 60) sec"), Line("Binary version", version),
      ] + lines
    return """
      ipvs-proxy statusz
      Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.

      \(all.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))

      """
  }
}
