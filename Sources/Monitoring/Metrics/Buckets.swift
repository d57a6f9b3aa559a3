/// Upper bounds of histograms, ascending.
enum Buckets {
  /// `count` bounds, each `step` above the one before.
  static func linear(_ start: Double, step: Double, count: Int) -> [Double] {
    (0..<count).map { start + step * Double($0) }
  }

  /// `count` bounds, each twice the one before.
  static func doubling(_ start: Double, count: Int) -> [Double] {
    (0..<count).map { start * Double(1 << $0) }
  }

  /// kube-proxy's for rounds: 1 ms to 16.384 s.
  static let rounds = doubling(0.001, count: 15)
  /// kube-proxy's for network programming: fine up to a minute, coarse up to five.
  static let networkProgramming =
    linear(0.25, step: 0.25, count: 2) + linear(1, step: 1, count: 59) + linear(60, step: 5, count: 12)
    + linear(120, step: 30, count: 7)
  /// client-go's for requests.
  static let requests: [Double] = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]
  /// From a change's arrival until the kernel has it: 0.5 ms to 32.768 s.
  static let changes = doubling(0.0005, count: 17)
}
