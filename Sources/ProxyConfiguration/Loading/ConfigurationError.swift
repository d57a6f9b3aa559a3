/// Everything that is wrong with flags and config file, all at once.
public struct ConfigurationError: Error, Sendable, Hashable {
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// A flag as the user wrote it, or file, line and field: "--cluster_cidr", "config.conf:12: ipvs.syncPeriod".
    public let place: String
    /// The rest of the sentence.
    public let message: String

    public init(_ place: String, _ message: String) {
      self.place = place
      self.message = message
    }

    public var description: String { "\(place) \(message)" }
  }

  /// At least one; those of flags first, those of the file in its order.
  public let problems: [Problem]
}

extension ConfigurationError: CustomStringConvertible {
  /// A line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Something to tell about flags and config file that stops nothing.
public struct ConfigurationNotice: Sendable, Hashable, CustomStringConvertible {
  public enum Severity: Sendable, Hashable {
    /// As the user may expect it.
    case info
    /// Something given is not heeded.
    case warning
  }

  public let severity: Severity
  /// One sentence.
  public let description: String

  init(_ severity: Severity, _ description: String) {
    self.severity = severity
    self.description = description
  }
}
