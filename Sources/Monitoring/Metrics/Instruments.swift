import Synchronization

/// One time series. Updates allocate nothing and may come from any thread.
public protocol Instrument: AnyObject, Sendable {
  /// As `# TYPE` has it.
  static var typeName: String { get }

  /// Adds the samples of the series.
  /// - Parameters:
  ///   - text: where to.
  ///   - name: of the family.
  ///   - labels: `a="b",c="d"`, without braces; empty for none.
  func write(to text: inout ExpositionText, name: String, labels: String)
}

/// A number that only grows, from 0 at start.
public final class Counter: Instrument {
  public static let typeName = "counter"
  private let value = Mutex(0.0)

  init() {}

  public var current: Double { value.withLock { $0 } }

  /// - Parameter amount: 0 or more; anything less changes nothing.
  public func increment(by amount: Double = 1) { value.withLock { $0 += max(amount, 0) } }

  /// Takes over what somebody else counts. It may start anew at 0, as a counter may.
  public func mirror(_ count: Double) { value.withLock { $0 = count } }

  public func write(to text: inout ExpositionText, name: String, labels: String) {
    text.sample(name, labels, current)
  }
}

/// A number that goes up and down.
public final class Gauge: Instrument {
  public static let typeName = "gauge"
  private let value = Mutex(0.0)

  init() {}

  public var current: Double { value.withLock { $0 } }

  public func set(_ new: Double) { value.withLock { $0 = new } }
  public func set(_ new: Int) { set(Double(new)) }
  public func add(_ amount: Int) { value.withLock { $0 += Double(amount) } }

  public func write(to text: inout ExpositionText, name: String, labels: String) {
    text.sample(name, labels, current)
  }
}

/// How often values fell below each of some bounds.
public final class Histogram: Instrument {
  public static let typeName = "histogram"

  private struct State {
    /// Not cumulative; the last is for what lies above every bound.
    var counts: [UInt64]
    var sum = 0.0
  }

  private let bounds: [Double]
  private let state: Mutex<State>

  /// - Parameter bounds: upper bounds, ascending, without infinity.
  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  public var count: UInt64 { state.withLock { $0.counts.reduce(0, +) } }
  public var sum: Double { state.withLock { $0.sum } }

  /// A value that isn't a number changes nothing.
  public func observe(_ value: Double) {
    guard !value.isNaN else { return }
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[bucket] += 1
      $0.sum += value
    }
  }

  /// In seconds, as every histogram of durations is.
  public func observe(_ duration: Duration) { observe(duration.seconds) }

  public func write(to text: inout ExpositionText, name: String, labels: String) {
    let state = state.withLock { $0 }
    let prefix = labels.isEmpty ? "" : labels + ","
    var total: UInt64 = 0
    for (index, count) in state.counts.enumerated() {
      total += count
      let bound = index < bounds.count ? ExpositionText.number(bounds[index]) : "+Inf"
      text.sample(name + "_bucket", "\(prefix)le=\"\(bound)\"", Double(total))
    }
    text.sample(name + "_sum", labels, state.sum)
    text.sample(name + "_count", labels, Double(total))
  }
}

extension Duration {
  /// As a number, for display and measurement.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
