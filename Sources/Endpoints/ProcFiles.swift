import Glibc
import Monitoring
import Reconciler

/// Reads what the process and IPVS count, from /proc.
public struct ProcFiles: Sendable {
  private let root: String

  /// - Parameter root: "/proc", but in tests.
  public init(root: String = "/proc") { self.root = root }

  /// Nil when it can't be read.
  public func process() -> ProcessStatistics? {
    guard let stat = read("self/stat"), let limits = read("self/limits"), let system = read("stat") else {
      return nil
    }
    return ProcessStatistics(
      ProcessStatistics.Texts(stat: stat, limits: limits, system: system), openFiles: openFiles(),
      ticks: Double(sysconf(Int32(_SC_CLK_TCK))), pageSize: Double(sysconf(Int32(_SC_PAGESIZE))))
  }

  /// Nil when it can't be read: without IPVS there is nothing to tell.
  public func ipvs() -> TrafficCounts? {
    read("self/net/ip_vs_stats").flatMap { TrafficCounts(procText: $0) }
  }

  /// Files in /proc have no size: they are read to their end.
  private func read(_ name: String) -> String? {
    let file = open("\(root)/\(name)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  private func openFiles() -> Int {
    guard let folder = opendir("\(root)/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Not itself, its parent, and the folder that is being read.
    return max(count - 3, 0)
  }
}

extension ProcessMetrics {
  /// Brings the metrics up to date before each scrape.
  public func follow(_ files: ProcFiles, in registry: MetricsRegistry) {
    registry.beforeScrape { if let statistics = files.process() { self.set(statistics) } }
  }
}

extension NodeTotals {
  /// Brings the metrics up to date before each scrape.
  public func follow(_ files: ProcFiles, in registry: MetricsRegistry) {
    registry.beforeScrape { if let statistics = files.ipvs() { self.set(statistics) } }
  }
}
