import Addressing
import Glibc
import LinuxNode
import Netlink
import Synchronization
import Testing
import TransportFakes

/// Where blocking calls happen.
@Suite struct NetlinkKernelThreadTests {
  private final class Names: Sendable {
    let all = Mutex<Set<String>>([])
  }

  /// The calling thread's name, as `ps -L` shows it.
  private static func threadName() -> String {
    let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = read(file, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count - 1)), as: UTF8.self)
  }

  @Test func `each socket is used on a thread of its own`() async throws {
    let fake = CountingKernel()
    let names = Names()
    let kernel = NetlinkKernel { (family) throws(NetlinkError) in
      _ = names.all.withLock { $0.insert(Self.threadName()) }
      return fake.transport(family)
    }

    _ = try await kernel.observe([.ipv4])
    _ = await kernel.rulesGeneration()

    #expect(
      names.all.withLock { $0 } == ["netlink-ipvs", "netlink-ipset", "netlink-route", "netlink-nft"])
  }
}
