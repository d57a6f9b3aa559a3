import CCounting
import Netlink
import TransportFakes

/// What it took, in counts.
struct Cost: Hashable, Codable {
  var traffic: Traffic
  /// Calls of malloc and its kin, and the bytes they ask for. The kernel in memory is left out, here and below.
  var allocations: Int
  var allocatedBytes: Int
  /// Nil without callgrind.
  var instructions: Int?
}

/// What passes between program and kernel: the same on every machine and in every run.
struct Traffic: Hashable, Codable {
  /// What the plans asked for: one line each of ipvsadm, ipset or ip.
  var operations: Int
  /// Netlink messages that change the kernel.
  var messagesWriting: Int
  /// Netlink messages that only ask.
  var messagesReading: Int
  /// System calls that carry them to the kernel.
  var sends: Int
  /// Of all those sends together.
  var bytes: Int
}

extension Traffic {
  init(operations: Int, _ kernel: CountingKernel) {
    let counts = kernel.counts
    let reading = kernel.requests.count(where: \.isReading)
    self.init(
      operations: operations, messagesWriting: counts.messages - reading, messagesReading: reading,
      sends: counts.sends, bytes: counts.bytes)
  }
}

extension KernelRequest {
  fileprivate var isReading: Bool {
    switch self {
    case .genericFamily: true
    case .ipvs(.dumpServices), .ipvs(.dumpDestinations), .ipvs(.getTimeouts): true
    case .route(.getLink), .route(.dumpAddresses): true
    case .set(.protocolVersion), .set(.type), .set(.listHeaders), .set(.list): true
    case .nftables(.getGeneration), .conntrack(.dump): true
    case .ipvs, .route, .set, .nftables, .conntrack: false
    }
  }
}

extension [Cost] {
  /// What repetitions of a change cost: each count's median, so that a table which grows under one of them doesn't show.
  /// - Returns: nil when the traffic is not the same in all of them.
  var typical: Cost? {
    guard let first, allSatisfy({ $0.traffic == first.traffic }) else { return nil }
    let instructions = compactMap(\.instructions)
    return Cost(
      traffic: first.traffic, allocations: map(\.allocations).median ?? 0,
      allocatedBytes: map(\.allocatedBytes).median ?? 0, instructions: instructions.median)
  }
}

extension [Int] {
  fileprivate var median: Int? { isEmpty ? nil : sorted()[count / 2] }
}
