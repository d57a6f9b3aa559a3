import Netlink
import TransportFakes

/// What it took, in counts: the same on every machine and in every run.
struct Cost: Hashable, Encodable {
  /// What the plans asked for: one line each of ipvsadm, ipset or ip.
  var operations: Int
  /// Netlink messages that change the kernel, or make sure of something.
  var messagesWriting: Int
  /// Netlink messages that only ask.
  var messagesReading: Int
  /// System calls that carry them to the kernel.
  var sends: Int
  /// Of all those sends together.
  var bytes: Int
}

extension Cost {
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
    case .set(.protocolVersion), .set(.type), .set(.listNames), .set(.list): true
    case .ipvs, .route, .set: false
    }
  }
}
