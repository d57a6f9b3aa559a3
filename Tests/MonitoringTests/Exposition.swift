/// The Prometheus text format, read back.
struct Exposition {
  struct Sample: Hashable {
    var name: String
    var labels: [String: String]
    var value: String
  }

  struct Family {
    var help: String?
    var type: String?
    var samples: [Sample] = []

    /// Upper bounds of the buckets, in the order of the text, of the first series.
    var bounds: [String] {
      var seen: [String] = []
      for sample in samples {
        guard let bound = sample.labels["le"] else { continue }
        if seen.contains(bound) { break }
        seen.append(bound)
      }
      return seen
    }

    /// The sets of labels of the series, without those of buckets.
    var series: Set<[String: String]> { Set(samples.map { $0.labels.filter { $0.key != "le" } }) }
  }

  private(set) var families: [String: Family] = [:]
  /// In the order of the text.
  private(set) var names: [String] = []
  private(set) var malformed: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
        header(line.dropFirst(7), isHelp: line.hasPrefix("# HELP "))
      } else if let sample = Self.sample(line) {
        families[family(of: sample.name), default: Family()].samples.append(sample)
      } else {
        malformed.append(line)
      }
    }
  }

  private mutating func header(_ rest: Substring, isHelp: Bool) {
    let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
    let text = parts.count > 1 ? parts[1] : ""
    if families[parts[0]] == nil { names.append(parts[0]) }
    if isHelp {
      families[parts[0], default: Family()].help = text
    } else {
      families[parts[0], default: Family()].type = text
    }
  }

  private func family(of sample: String) -> String {
    for suffix in ["_bucket", "_sum", "_count"] where sample.hasSuffix(suffix) {
      let name = String(sample.dropLast(suffix.count))
      if families[name]?.type == "histogram" { return name }
    }
    return sample
  }

  private static func sample(_ line: String) -> Sample? {
    guard let end = line.lastIndex(of: " ") else { return nil }
    let value = String(line[line.index(after: end)...])
    let series = line[..<end]
    guard let brace = series.firstIndex(of: "{") else {
      return Sample(name: String(series), labels: [:], value: value)
    }
    guard series.hasSuffix("}"),
      let labels = labels(series[series.index(after: brace)..<series.index(before: series.endIndex)])
    else { return nil }
    return Sample(name: String(series[..<brace]), labels: labels, value: value)
  }

  private static func labels(_ text: Substring) -> [String: String]? {
    var labels: [String: String] = [:]
    var rest = text
    while !rest.isEmpty {
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let name = String(rest[..<equals])
      rest = rest[rest.index(after: equals)...]
      guard rest.popFirst() == "\"" else { return nil }
      var value = ""
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\" else {
          value.append(character)
          continue
        }
        guard let escaped = rest.popFirst() else { return nil }
        value.append(escaped == "n" ? "\n" : escaped)
      }
      guard labels.updateValue(value, forKey: name) == nil else { return nil }
      if !rest.isEmpty, rest.popFirst() != "," { return nil }
    }
    return labels
  }
}
