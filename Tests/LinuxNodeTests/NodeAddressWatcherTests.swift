import Addressing
import Glibc
import LinuxNode
import Netlink
import Reconciler
import Synchronization
import Testing
import TransportFakes

/// Which addresses node ports are served at, and how changes of them are learnt.
@Suite struct NodeAddressWatcherTests {
  /// IFA_F_* of linux/if_addr.h.
  private enum Flag {
    static let secondary: Int32 = 0x01
    static let temporary: Int32 = 0x01
    static let dadfailed: Int32 = 0x08
    static let deprecated: Int32 = 0x20
    static let tentative: Int32 = 0x40
  }

  /// A watcher over a kernel with eth0 (index 3) and kube-ipvs0 (index 2).
  private final class Bench: Sendable {
    let fake = CountingKernel()
    let feed = NotificationFeed()
    let errors = Mutex<[KernelError]>([])
    /// Sockets opened for listening.
    let listeners = Mutex(0)

    init(_ addresses: [InterfaceAddress] = []) {
      fake.modify { model in
        model.links = [
          Link(index: 2, name: NetlinkKernel.deviceName, kind: "dummy"), Link(index: 3, name: "eth0"),
        ]
        model.addresses = addresses
      }
    }

    var reader: NodeAddressWatcher {
      let fake = fake
      return NodeAddressWatcher(transport: { (family) throws(NetlinkError) in fake.transport(family) })
    }

    /// Each time it begins, the first socket it opens is the one that listens.
    var listener: NodeAddressWatcher {
      let opened = Counter()
      let report: @Sendable (KernelError) -> Void = { [self] error in errors.withLock { $0.append(error) } }
      let transport: TransportFactory = { [self] (family) throws(NetlinkError) in
        if opened.next() % 2 == 0 { return fake.transport(family) }
        listeners.withLock { $0 += 1 }
        return NotifyingTransport(feed)
      }
      return NodeAddressWatcher(retryMilliseconds: 0, report: report, transport: transport)
    }
  }

  private func address(
    _ text: String, on index: UInt32 = 3, prefixLength: UInt8 = 24, flags: Int32 = 0
  ) throws -> InterfaceAddress {
    InterfaceAddress(
      interfaceIndex: index, address: try #require(IPAddress(text)), prefixLength: prefixLength,
      flags: UInt32(flags))
  }

  private func ips(_ texts: String...) -> Set<IPAddress> { Set(texts.compactMap { IPAddress($0) }) }

  // MARK: Which

  @Test func `addresses of every interface count`() async throws {
    let bench = Bench([try address("192.0.2.1"), try address("192.0.2.2", on: 4), try address("2001:db8::1")])
    #expect(try await bench.reader.current() == ips("192.0.2.1", "192.0.2.2", "2001:db8::1"))
  }

  @Test func `virtual IPs don't count`() async throws {
    let bench = Bench([try address("192.0.2.1"), try address("192.0.2.9", on: 2, prefixLength: 32)])
    #expect(try await bench.reader.current() == ips("192.0.2.1"))
  }

  @Test(arguments: ["127.0.0.1", "::1", "fe80::1"])
  func `loopback and IPv6 link-local addresses don't count`(_ text: String) async throws {
    #expect(try await Bench([try address(text, on: 1)]).reader.current().isEmpty)
  }

  @Test(arguments: [Flag.tentative, Flag.dadfailed, Flag.temporary])
  func `IPv6 addresses that can't be relied on don't count`(_ flag: Int32) async throws {
    #expect(try await Bench([try address("2001:db8::1", flags: flag)]).reader.current().isEmpty)
  }

  @Test func `deprecated and secondary addresses count`() async throws {
    // For IPv4 the bit of temporary addresses means "secondary".
    let bench = Bench([
      try address("2001:db8::1", flags: Flag.deprecated),
      try address("192.0.2.2", flags: Flag.secondary),
    ])
    #expect(try await bench.reader.current() == ips("2001:db8::1", "192.0.2.2"))
  }

  @Test func `addresses that can't be read are an error, not none`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    bench.fake.refuse { if case .route(.dumpAddresses) = $0 { ENOMEM } else { nil } }
    await #expect(throws: KernelError.self) { try await bench.reader.current() }
  }

  // MARK: When

  @Test func `first come the addresses as they are, then each change`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()

    #expect(await changes.next() == ips("192.0.2.1"))
    bench.feed.tell(.addressChanged(try address("192.0.2.2")))
    #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2"))
    bench.feed.tell(.addressRemoved(try address("192.0.2.1")))
    #expect(await changes.next() == ips("192.0.2.2"))
  }

  @Test func `it listens before it looks`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    bench.fake.refuse { [feed = bench.feed] request in
      if case .route(.dumpAddresses) = request, feed.groups != [1, 5, 9] { return EIO }
      return nil
    }
    var changes = bench.listener.addresses().makeAsyncIterator()

    #expect(await changes.next() == ips("192.0.2.1"))
    #expect(bench.errors.withLock { $0 }.isEmpty)
  }

  @Test func `changes that arrive together come as one`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    bench.feed.tell(
      .addressChanged(try address("192.0.2.2")), .addressRemoved(try address("192.0.2.1")),
      .addressChanged(try address("192.0.2.3")))

    #expect(await changes.next() == ips("192.0.2.2", "192.0.2.3"))
  }

  @Test func `what changes nothing is not told`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    bench.feed.tell(.addressChanged(try address("192.0.2.1")))
    bench.feed.tell(.addressChanged(try address("10.96.0.1", on: 2, prefixLength: 32)))
    bench.feed.tell(.linkChanged(Link(index: 3, name: "eth0", flags: 1)))
    bench.feed.tell(.addressChanged(try address("192.0.2.2")))

    #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2"))
  }

  @Test func `virtual IPs coming and going cost no look`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()
    bench.fake.resetCounts()

    for number in 1...50 {
      bench.feed.tell(.addressChanged(.virtualIP(virtualIP(number), on: 2)))
    }
    bench.feed.tell(.addressChanged(try address("192.0.2.2")))

    #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2"))
    #expect(bench.fake.counts == TrafficCounts())
  }

  @Test func `an IPv6 address counts once it has passed detection of duplicates`() async throws {
    let bench = Bench([try address("2001:db8::1", flags: Flag.tentative)])
    var changes = bench.listener.addresses().makeAsyncIterator()
    #expect(await changes.next() == [])

    bench.feed.tell(.addressChanged(try address("2001:db8::1")))
    #expect(await changes.next() == ips("2001:db8::1"))
    bench.feed.tell(.addressChanged(try address("2001:db8::1", flags: Flag.dadfailed)))
    #expect(await changes.next() == [])
  }

  @Test func `an address on two interfaces goes with the last of them`() async throws {
    let bench = Bench([try address("192.0.2.1"), try address("192.0.2.1", on: 4), try address("192.0.2.5")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    bench.feed.tell(
      .addressRemoved(try address("192.0.2.1")), .addressChanged(try address("192.0.2.6")))
    #expect(await changes.next() == ips("192.0.2.1", "192.0.2.5", "192.0.2.6"))
    bench.feed.tell(.addressRemoved(try address("192.0.2.1", on: 4)))
    #expect(await changes.next() == ips("192.0.2.5", "192.0.2.6"))
  }

  @Test func `the addresses of an interface that is deleted go with it`() async throws {
    let bench = Bench([try address("192.0.2.1"), try address("192.0.2.2", on: 4)])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    bench.feed.tell(.linkRemoved(Link(index: 4, name: "eth1")))

    #expect(await changes.next() == ips("192.0.2.1"))
  }

  @Test func `the device made anew is left out under its new index`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    bench.feed.tell(.linkRemoved(Link(index: 2, name: NetlinkKernel.deviceName)))
    bench.feed.tell(
      .linkChanged(Link(index: 9, name: NetlinkKernel.deviceName)),
      .addressChanged(.virtualIP(virtualIP(1), on: 9)), .addressChanged(try address("192.0.2.2")))

    #expect(await changes.next() == ips("192.0.2.1", "192.0.2.2"))
  }

  // MARK: Failures

  @Test func `lost notifications make it look again`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    let other = try address("192.0.2.2")
    bench.fake.modify { $0.addresses = [other] }
    bench.feed.fail(.answerLost(errno: ENOBUFS))

    #expect(await changes.next() == ips("192.0.2.2"))
    #expect(bench.listeners.withLock { $0 } == 1)
  }

  @Test func `a socket that fails is opened anew and told of`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    var changes = bench.listener.addresses().makeAsyncIterator()
    _ = await changes.next()

    let other = try address("192.0.2.2")
    bench.fake.modify { $0.addresses = [other] }
    bench.feed.fail(.systemCall("receive", errno: EBADF))

    #expect(await changes.next() == ips("192.0.2.2"))
    #expect(bench.listeners.withLock { $0 } == 2)
    #expect(bench.errors.withLock { $0.map(\.errno) } == [EBADF])
  }

  @Test func `a first look that fails is repeated and never looks like no addresses`() async throws {
    let bench = Bench([try address("192.0.2.1")])
    bench.fake.refuse { [errors = Counter()] request in
      if case .route(.dumpAddresses) = request, errors.next() <= 3 { return ENOMEM }
      return nil
    }
    var changes = bench.listener.addresses().makeAsyncIterator()

    #expect(await changes.next() == ips("192.0.2.1"))
    #expect(bench.errors.withLock { $0.map(\.errno) } == [ENOMEM, ENOMEM, ENOMEM])
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }
}
