import Addressing
import LinuxNode
import Netlink
import Reconciler
import TransportFakes

/// A `NetlinkKernel` over a `CountingKernel`.
struct Node {
  let fake: CountingKernel
  let kernel: NetlinkKernel

  init(limits: SendLimits = SendLimits()) {
    let fake = CountingKernel(limits: limits)
    self.fake = fake
    kernel = NetlinkKernel { (family) throws(NetlinkError) in fake.transport(family) }
  }

  /// With sets of IPv4 and the device made, sockets open and counts at zero.
  static func ready(limits: SendLimits = SendLimits()) async throws -> Node {
    let node = Node(limits: limits)
    _ = try await node.kernel.ensureSets([.ipv4])
    _ = try await node.kernel.ensureDevice()
    _ = try await node.kernel.observe([.ipv4])
    node.fake.resetCounts()
    return node
  }
}

/// 10.96.x.y.
func virtualIP(_ number: Int) -> IPAddress { IPAddress(ipv4: 0x0A60_0000 + UInt32(number)) }

func virtualServer(_ number: Int, scheduler: String = "rr") -> VirtualServer {
  VirtualServer(
    VirtualServerID(virtualIP(number), port: 443, transport: .tcp), scheduler: Scheduler(rawValue: scheduler))
}

/// 10.244.x.y:8443.
func realServer(_ number: Int, weight: UInt32 = 1) -> RealServer {
  RealServer(RealServerID(IPAddress(ipv4: 0x0AF4_0000 + UInt32(number)), port: 8443), weight: weight)
}

func clusterIPEntry(_ number: Int) -> IPSetEntry {
  IPSetEntry(IPSetID(.clusterIP, .ipv4), .addressPort(virtualIP(number), .tcp, 443))
}

extension CountingKernel {
  /// Refuses set elements whose address is one of these.
  func refuseElements(at numbers: [Int], errno: Int32) {
    let refused = Set(numbers.map { virtualIP($0) })
    refuseElements { element in
      guard case .addressPort(let address, _, _) = element else { return nil }
      return refused.contains(address) ? errno : nil
    }
  }
}
