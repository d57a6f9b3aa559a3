/// Something we do otherwise than kube-proxy, on purpose. docs/differences.md tells users of it.
struct ConformanceDifference: Sendable {
  let scenario: String
  /// "" for a scenario of a single step.
  var step: String = ""
  /// Facts of the recording that don't hold here, in ConformanceState's words ("ipvs -A -t 10.0.2.15:30080 -s rr").
  var missing: Set<String> = []
  /// Facts that hold here and are not in the recording.
  var added: Set<String> = []
  let why: String
}

extension ConformanceDifference {
  /// All of them: a fact that is in no row must be as recorded, and a row that doesn't come true fails too.
  static let all: [ConformanceDifference] = []
}
