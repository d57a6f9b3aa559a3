/// The program's version, as `--version` and the first log line say it (Semantic Versioning 2.0).
enum Version {
  static let current = "0.1.0"
}
