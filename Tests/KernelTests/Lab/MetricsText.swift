import Foundation

/// Metrics in the Prometheus text format, read back.
struct MetricsText {
  /// By series as the text has it: `name{label="value"}`.
  private(set) var values: [String: Double] = [:]
  /// By the family's name.
  private(set) var types: [String: String] = [:]
  private(set) var malformed: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
        types[String(match.1)] = String(match.2)
      } else if line.wholeMatch(of: /# HELP [a-z_]+ .+/) != nil {
        continue
      } else if let match = line.wholeMatch(of: /([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})?) (\S+)/),
        let value = Double(match.2.replacing("+Inf", with: "inf")), values[String(match.1)] == nil
      {
        values[String(match.1)] = value
      } else {
        malformed.append(String(line))
      }
    }
  }

  subscript(series: String) -> Double? { values[series] }

  /// Over all series of the name that carry the label.
  func sum(_ name: String, _ label: String = "") -> Double {
    values.filter { $0.key.hasPrefix(name + "{") && $0.key.contains(label) }.values.reduce(0, +)
  }
}
