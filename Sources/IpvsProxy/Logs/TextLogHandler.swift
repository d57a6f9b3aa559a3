import Logging

/// Log lines for people: "04:05:51.123 info  service default/web added: …".
struct TextLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  private let write: @Sendable (String) -> Void

  init(logLevel: Logger.Level, write: @escaping @Sendable (String) -> Void = writeError) {
    self.logLevel = logLevel
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    write("\(Timestamp.timeOfDay()) \(Self.name(event.level)) \(event.message)")
  }

  private static func name(_ level: Logger.Level) -> String {
    switch level {
    case .trace: "trace"
    case .debug: "debug"
    case .info, .notice: "info "
    case .warning: "warn "
    case .error, .critical: "error"
    }
  }
}
