import Synchronization

/// The time series of one name, told apart by their labels.
public final class MetricFamily<Member: Instrument>: Sendable {
  public let name: String
  private let help: String
  private let labels: [String]
  /// Positions of the labels by name: the order in which they are written.
  private let order: [Int]
  private let make: @Sendable () -> Member
  private let series = Mutex<[[String]: Member]>([:])

  init(_ name: String, help: String, labels: [String], make: @escaping @Sendable () -> Member) {
    self.name = name
    self.help = help
    self.labels = labels
    self.make = make
    order = labels.indices.sorted { labels[$0] < labels[$1] }
  }

  /// The series with these label values, made when it isn't there yet. Keep it: looking it up costs.
  /// - Parameter values: one for each label, in the order in which the family declared them.
  /// - Returns: the same instrument for the same values.
  public func with(_ values: String...) -> Member {
    precondition(values.count == labels.count, "\(name) has the labels \(labels), not \(values)")
    return series.withLock { series in
      if let member = series[values] { return member }
      let member = make()
      series[values] = member
      return member
    }
  }
}

/// What a registry needs of a family, whatever its instruments.
protocol ExposedFamily: Sendable {
  var name: String { get }
  func write(to text: inout ExpositionText)
}

extension MetricFamily: ExposedFamily {
  /// A family without series is left out, as client libraries do.
  func write(to text: inout ExpositionText) {
    let members = series.withLock { $0 }
    if members.isEmpty { return }
    text.header(name, type: Member.typeName, help: help)
    let lines = members.map { values, member in
      (order.map { ExpositionText.label(labels[$0], values[$0]) }.joined(separator: ","), member)
    }
    for (labels, member) in lines.sorted(by: { $0.0 < $1.0 }) {
      member.write(to: &text, name: name, labels: labels)
    }
  }
}
