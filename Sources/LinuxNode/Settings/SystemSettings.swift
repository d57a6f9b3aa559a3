import Addressing
import Reconciler

/// The kernel settings of the node that Services rest on.
public struct SystemSettings: Sendable {
  private let files: HostFiles
  private let sysctl: Sysctl
  private let families: [IPFamily]
  private let strictARP: Bool
  private let kernel: KernelVersion?

  /// - Parameters:
  ///   - families: those served.
  ///   - strictARP: answer ARP only where the address is; false leaves the kernel's values alone.
  ///   - files: where the settings are.
  ///   - kernel: the version that decides about net.ipv4.vs.conn_reuse_mode; nil when it isn't known.
  public init(
    families: [IPFamily], strictARP: Bool = false, files: HostFiles = HostFiles(),
    kernel: KernelVersion? = KernelVersion.running
  ) {
    self.families = families
    self.strictARP = strictARP
    self.files = files
    self.kernel = kernel
    sysctl = Sysctl(files)
  }

  /// Sets right what is wrong; a right value is never written.
  /// - Returns: what was changed, and what should be but couldn't. The same warnings come every time.
  /// - Throws: when a setting can't be had without which no traffic flows.
  public func apply() throws(KernelError) -> [Notice] {
    var notices: [Notice] = []
    for setting in Setting.ofEveryNode + (strictARP ? Setting.strictARP : []) {
      if let notice = try ensure(setting) { notices.append(notice) }
    }
    if let notice = try connectionReuse() { notices.append(notice) }
    if families.contains(.ipv6), let notice = try ipv6Forwarding() { notices.append(notice) }
    return notices
  }

  private func ensure(_ setting: Setting) throws(KernelError) -> Notice? { try setting.ensure(sysctl) }

  /// A connection whose client port comes back while IPVS still remembers it loses a second on kernels up to 5.8 or
  /// reaches a dead real server, depending on this setting; see kubernetes#93297. 5.9 does it right by itself.
  private func connectionReuse() throws(KernelError) -> Notice? {
    guard let kernel, kernel < KernelVersion(5, 9) else { return nil }
    guard kernel >= KernelVersion(4, 1) else {
      return Notice(
        .warning,
        "kernel \(kernel) has no net.ipv4.vs.conn_reuse_mode: connections from a port used before may be slow; "
          + "upgrade to 5.9 or later")
    }
    return try ensure(Setting.connectionReuse)
  }

  /// A host that forwards ignores router advertisements unless accept_ra is 2 (ip-sysctl.rst): switching forwarding
  /// on would cost a node its default route some minutes later.
  private func ipv6Forwarding() throws(KernelError) -> Notice? {
    let setting = Setting.ipv6Forwarding
    if sysctl.value(setting.key) == setting.value { return nil }
    let dependent = advertisedInterfaces()
    if dependent.isEmpty { return try ensure(setting) }
    let commands = dependent.map { "sysctl -w \(Sysctl.name("net/ipv6/conf/\($0)/accept_ra"))=2" }
    return Notice(
      .warning,
      "net.ipv6.conf.all.forwarding stays 0, so IPv6 Services don't work: "
        + "\(dependent.joined(separator: ", ")) would lose the default route learnt from router advertisements; "
        + "allow it with: \(commands.joined(separator: "; "))")
  }

  /// Interfaces with accept_ra = 1 whose default route came from a router advertisement.
  private func advertisedInterfaces() -> [String] {
    let advertised = IPv6Routes.interfacesWithAdvertisedDefault(files.lines("/proc/net/ipv6_route"))
    return advertised.filter { sysctl.value("net/ipv6/conf/\($0)/accept_ra") == "1" }.sorted()
  }
}

extension Setting {
  fileprivate static let ofEveryNode = [
    Setting(
      key: "net/ipv4/vs/conntrack", value: "1", isNeeded: true,
      purpose: "without it traffic to Services can't be masqueraded"),
    Setting(
      key: "net/ipv4/ip_forward", value: "1", isNeeded: true,
      purpose: "without it no packet reaches a pod"),
    Setting(
      key: "net/ipv4/vs/expire_nodest_conn", value: "1",
      purpose: "without it connections to an endpoint that is gone hang until they time out"),
    Setting(
      key: "net/ipv4/vs/expire_quiescent_template", value: "1",
      purpose: "without it session affinity sends clients to endpoints that are going away"),
  ]

  fileprivate static let connectionReuse = Setting(
    key: "net/ipv4/vs/conn_reuse_mode", value: "0",
    purpose: "on kernels before 5.9 connections from a port used before are slow otherwise")

  fileprivate static let ipv6Forwarding = Setting(
    key: "net/ipv6/conf/all/forwarding", value: "1",
    purpose: "without it no IPv6 packet reaches a pod")

  /// As the kernel's documentation of these two says (ip-sysctl.rst): answer for an address only on its own interface,
  /// and never name another interface's address as the source.
  fileprivate static let strictARP = [
    Setting(
      key: "net/ipv4/conf/all/arp_ignore", value: "1",
      purpose: "without it this node answers ARP for virtual IPs that another node announces"),
    Setting(
      key: "net/ipv4/conf/all/arp_announce", value: "2",
      purpose: "without it this node claims virtual IPs that another node announces"),
  ]
}
