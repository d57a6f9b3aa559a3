import Addressing
import NodeCheck
import Reconciler

/// Interfaces, routes, virtual servers, and who manages the device.
extension NodeFactsReader {
  func readKernelObjects(_ facts: inout NodeFacts) async {
    facts.interfaces = await interfaces
    facts.routes =
      IPv4Routes.parse(files.lines("/proc/net/route")) + IPv6Routes.parse(files.lines("/proc/net/ipv6_route"))
    facts.deviceManagers = deviceManagers
    guard facts.modules["ip_vs"] == .present else { return }
    do throws(KernelError) {
      facts.timeouts = .known(try await questions.timeouts())
      facts.servers = .known(try await servers(hasSets: facts.modules["ip_set"] == .present))
    } catch {
      let reason = Fact<VirtualServers>.unreadable("\(error)")
      if facts.timeouts.value == nil { facts.timeouts = .unreadable("\(error)") }
      facts.servers = reason
    }
  }

  private var interfaces: Fact<[Interface]> {
    get async {
      let placed: [KernelQuestions.PlacedAddress]
      do throws(KernelError) { placed = try await questions.addresses() } catch {
        return .unreadable("\(error)")
      }
      let byIndex = Dictionary(grouping: placed, by: \.interfaceIndex)
      return .known(
        files.names(in: "/sys/class/net").map { name in
          let folder = "/sys/class/net/\(name)"
          return Interface(
            name, addresses: (index(of: name).flatMap { byIndex[$0] } ?? []).map(\.address),
            bridgePorts: files.exists("\(folder)/bridge") ? files.names(in: "\(folder)/brif") : nil)
        })
    }
  }

  private func index(of interface: String) -> UInt32? {
    fact("/sys/class/net/\(interface)/ifindex").value.flatMap { UInt32($0) }
  }

  /// Each program keeps a file for every device under /run, and says there whether it is its own.
  private var deviceManagers: [DeviceManager] {
    guard let index = index(of: NodeFacts.deviceName) else { return [] }
    let networkManager = files.lines("/run/NetworkManager/devices/\(index)")
    let networkd = files.lines("/run/systemd/netif/links/\(index)")
    let managedStates = ["configuring", "configured", "failed"].map { "ADMIN_STATE=\($0)" }
    return DeviceManager.allCases.filter { manager in
      switch manager {
      case .networkManager: networkManager.contains("managed=true")
      case .systemdNetworkd: networkd.contains { managedStates.contains(String($0)) }
      }
    }
  }

  private func servers(hasSets: Bool) async throws(KernelError) -> VirtualServers {
    guard hasSets else {
      // Without ipset nothing records any of them.
      let all = try await questions.virtualServers()
      return VirtualServers(count: all.count, foreign: all.filter(isTold).sorted().map(\.description))
    }
    let state = try await questions.state(IPFamily.allCases)
    let nodeAddresses = Set(try await questions.addresses().map(\.address)).subtracting(state.addresses)
    let ownership = Ownership()
    let foreign = state.virtualServers.keys.filter {
      isTold($0) && !ownership.owns($0, in: state, nodeAddresses: nodeAddresses)
    }
    return VirtualServers(
      count: state.virtualServers.count,
      realServerCount: state.virtualServers.values.reduce(0) { $0 + $1.realServers.count },
      foreign: foreign.sorted().map(\.description))
  }

  /// What the operator has excluded is known to be others'.
  private func isTold(_ id: VirtualServerID) -> Bool {
    !wanted.excludedNetworks.contains { $0.contains(id.address) }
  }
}

/// Lines of /proc/net/route (net/ipv4/fib_trie.c): interface, destination, gateway, flags, references, uses, metric,
/// mask, …; addresses in hexadecimal as they lie in memory.
enum IPv4Routes {
  static func parse(_ lines: [Substring]) -> [Route] {
    lines.dropFirst().compactMap { line in
      let columns = line.split { $0 == "\t" || $0 == " " }
      guard columns.count >= 8, let destination = UInt32(columns[1], radix: 16),
        let mask = UInt32(columns[7], radix: 16),
        let network = IPNetwork(
          IPAddress(ipv4: UInt32(bigEndian: destination)), prefixLength: mask.nonzeroBitCount)
      else { return nil }
      return Route(network, interface: String(columns[0]))
    }
  }
}

extension IPv6Routes {
  /// include/uapi/linux/ipv6_route.h
  private static let isLocal: UInt32 = 0x8000_0000  // RTF_LOCAL

  /// The routes to elsewhere: neither to addresses of the node itself nor multicast.
  static func parse(_ lines: [Substring]) -> [Route] {
    lines.compactMap { line in
      let columns = line.split(separator: " ")
      guard columns.count == 10, let flags = UInt32(columns[8], radix: 16), flags & isLocal == 0,
        columns[0].utf8.count == 32, let high = UInt64(columns[0].prefix(16), radix: 16),
        let low = UInt64(columns[0].suffix(16), radix: 16), let length = Int(columns[1], radix: 16)
      else { return nil }
      let address = IPAddress(ipv6High: high, low: low)
      guard !address.isMulticast, let network = IPNetwork(address, prefixLength: length) else { return nil }
      return Route(network, interface: String(columns[9]))
    }
  }
}
