import Addressing
import Glibc
import Reconciler

/// A kernel in memory with the real one's semantics: what is there, what is missing, what is refused and with which
/// errno. Its own contract suite (KernelContract) also runs on the real kernel.
public actor FakeKernel: Kernel {
  /// Members a hash set takes: maxelem, as kube-proxy creates them.
  public static let maximumMembers = 65536

  public private(set) var state: KernelState
  public private(set) var hasDevice = false
  /// Every operation that took effect, in order.
  public private(set) var applied: [Operation] = []
  /// How many operations each call of `apply` brought.
  public private(set) var batches: [Int] = []
  /// Virtual servers whose earlier UDP flows were forgotten, in order.
  public private(set) var forgottenFlows: [VirtualServerID] = []
  /// Schedulers this kernel has.
  public var schedulers: Set<String> = ["rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh"]
  private let families: [IPFamily]
  private var counts: [VirtualServerID: [RealServerID: ConnectionCounts]] = [:]

  public init(_ state: KernelState = KernelState(), families: [IPFamily] = [.ipv4, .ipv6]) {
    self.state = state
    self.families = families
    hasDevice = !state.addresses.isEmpty
  }

  /// One virtual server, without holding on to the rest.
  public func virtualServer(_ id: VirtualServerID) -> VirtualServerState? { state.virtualServers[id] }

  // MARK: - What tests do behind the program's back

  public func setConnections(
    _ count: ConnectionCounts?, of server: RealServerID, in id: VirtualServerID
  ) { counts[id, default: [:]][server] = count }

  /// Somebody else changes the kernel.
  public func tamper(_ change: @Sendable (inout KernelState) -> Void) { change(&state) }

  public func clearLog() {
    applied = []
    batches = []
  }

  // MARK: - Kernel

  public func prepare() async throws(KernelError) -> [Notice] {
    var notices: [Notice] = []
    for family in families {
      for set in IPSetID.all(family) where state.sets[set] == nil {
        state.sets[set] = []
        notices.append(Notice(.info, "created set \(set)"))
      }
    }
    hasDevice = true
    return notices
  }

  public func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    state.reading(of: part)
  }

  public func apply(_ operations: [Operation]) async -> [KernelError?] {
    batches.append(operations.count)
    return operations.map { operation in
      let errno = carryOut(operation)
      if errno == 0 {
        applied.append(operation)
        return nil
      }
      return KernelError(Self.subsystem(operation), errno: errno, object: operation.description)
    }
  }

  public func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    var result: [VirtualServerID: [RealServerID: ConnectionCounts]] = [:]
    for id in ids {
      guard let server = state.virtualServers[id] else { continue }
      result[id] = Dictionary(
        uniqueKeysWithValues: server.realServers.keys.map { ($0, counts[id]?[$0] ?? ConnectionCounts()) })
    }
    return result
  }

  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    forgottenFlows += ids
    return 0
  }

  // MARK: - Semantics, per ip_vs_ctl.c, ip_set_core.c and devinet.c

  private func carryOut(_ operation: Operation) -> Int32 {
    switch operation {
    case .addMember, .removeMember: changeMember(operation)
    case .addVirtualServer, .updateVirtualServer, .removeVirtualServer: changeVirtualServer(operation)
    case .addRealServer, .updateRealServer, .removeRealServer: changeRealServer(operation)
    case .addAddress(let address): addAddress(address)
    case .removeAddress(let address): removeAddress(address)
    }
  }

  private func changeMember(_ operation: Operation) -> Int32 {
    switch operation {
    case .addMember(let entry):
      guard let members = state.sets[entry.set] else { return ENOENT }
      if members.contains(entry.member) { return 0 }
      if members.count >= Self.maximumMembers { return Self.setFull }
      state.sets[entry.set]?.insert(entry.member)
    case .removeMember(let entry): state.sets[entry.set]?.remove(entry.member)
    default: break
    }
    return 0
  }

  /// IPSET_ERR_HASH_FULL of linux/netfilter/ipset/ip_set.h.
  private static let setFull: Int32 = 4352

  private func changeVirtualServer(_ operation: Operation) -> Int32 {
    switch operation {
    case .addVirtualServer(let server):
      if state.virtualServers[server.id] != nil { return EEXIST }
      guard schedulers.contains(server.scheduler.rawValue) else { return ENOENT }
      state.virtualServers[server.id] = VirtualServerState(server)
    case .updateVirtualServer(let server):
      guard state.virtualServers[server.id] != nil else { return ESRCH }
      guard schedulers.contains(server.scheduler.rawValue) else { return ENOENT }
      state.virtualServers[server.id]?.virtualServer = server
    case .removeVirtualServer(let id):
      state.virtualServers[id] = nil
      counts[id] = nil
    default: break
    }
    return 0
  }

  private func changeRealServer(_ operation: Operation) -> Int32 {
    switch operation {
    case .addRealServer(let server, let id):
      guard let current = state.virtualServers[id] else { return ESRCH }
      if current.realServers[server.id] != nil { return EEXIST }
      state.virtualServers[id]?.realServers[server.id] = server
    case .updateRealServer(let server, let id):
      guard let current = state.virtualServers[id] else { return ESRCH }
      guard current.realServers[server.id] != nil else { return ENOENT }
      state.virtualServers[id]?.realServers[server.id] = server
    case .removeRealServer(let server, let id): state.virtualServers[id]?.realServers[server] = nil
    default: break
    }
    return 0
  }

  private func addAddress(_ address: IPAddress) -> Int32 {
    guard hasDevice else { return ENODEV }
    state.addresses.insert(address)
    return 0
  }

  private func removeAddress(_ address: IPAddress) -> Int32 {
    state.addresses.remove(address)
    return 0
  }

  private static func subsystem(_ operation: Operation) -> KernelError.Subsystem {
    switch operation.object {
    case .virtualServer: .ipvs
    case .address: .address
    case .member: .ipset
    }
  }
}
