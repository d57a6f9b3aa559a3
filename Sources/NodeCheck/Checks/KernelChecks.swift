/// The kernel, its modules, and the right to use them.
extension Checks {
  @Sendable static func kernelVersion(_ facts: NodeFacts) -> [Finding] {
    let check = "kernel-version"
    guard let kernel = facts.kernel.value else {
      return [.unreadable(check, "The kernel's version", "uname tells nothing of use")]
    }
    guard kernel.isOlder(than: 5, 9) else { return [.pass(check, "Kernel \(kernel.text).")] }
    return [
      .warn(
        check,
        "Kernel \(kernel.text) is older than 5.9: connections from a source port used shortly before can stall for "
          + "a second, and those to an endpoint that is gone end late.",
        .init("Upgrade the kernel to 5.9 or later."))
    ]
  }

  /// CAP_NET_ADMIN of linux/capability.h.
  private static let netAdmin: UInt64 = 1 << 12

  @Sendable static func capabilities(_ facts: NodeFacts) -> [Finding] {
    let check = "capabilities"
    guard let capabilities = facts.capabilities.value else {
      return [.unreadable(check, "The capabilities of this process", "/proc/self/status doesn't tell them")]
    }
    if capabilities & netAdmin != 0 { return [.pass(check, "CAP_NET_ADMIN is there.")] }
    return [
      .fail(
        check,
        "This process lacks CAP_NET_ADMIN: virtual servers, sets and rules can be neither read nor made.",
        .init("Run it as root, or in a container with the capability NET_ADMIN."))
    ]
  }

  @Sendable static func ipvs(_ facts: NodeFacts) -> [Finding] {
    [module("ip_vs", "ipvs", "The kernel has no IP Virtual Server", facts)]
  }

  /// Every scheduler that the kernel's sources have (net/netfilter/ipvs).
  static let schedulers = [
    "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh", "fo", "ovf", "twos",
  ]

  @Sendable static func scheduler(_ facts: NodeFacts) -> [Finding] {
    let name = facts.wanted.scheduler
    let finding = module(
      "ip_vs_\(name)", "scheduler", "The kernel has no scheduler \(name), which is the configured one", facts)
    guard finding.status == .pass else { return [finding] }
    let others = schedulers.filter {
      $0 != name && [.present, .loadable].contains(facts.modules["ip_vs_\($0)"] ?? .missing)
    }
    let rest = others.isEmpty ? "" : " Others that Services can ask for: \(others.joined(separator: ", "))."
    return [.pass("scheduler", finding.sentence + rest)]
  }

  /// What the sets, the rules and the device rest on, besides IPVS itself.
  static let neededModules = [
    "nf_conntrack", "dummy", "xt_set", "ip_set", "ip_set_hash_ip", "ip_set_hash_ipport",
    "ip_set_hash_ipportip",
    "ip_set_hash_ipportnet", "ip_set_bitmap_port",
  ]

  @Sendable static func modules(_ facts: NodeFacts) -> [Finding] {
    let found = [ModuleState.missing, .unknown].compactMap { state -> Finding? in
      let names = neededModules.filter { (facts.modules[$0] ?? .unknown) == state }
      return names.isEmpty ? nil : lack("modules", names, state, "The kernel has no \(list(names, limit: 9))")
    }
    return problems(
      found, orPass: "modules", "Connection tracking, ipset and dummy devices are there or can be loaded.")
  }

  private static func module(_ name: String, _ check: String, _ sentence: String, _ facts: NodeFacts)
    -> Finding
  {
    let state = facts.modules[name] ?? .unknown
    return switch state {
    case .present: .pass(check, "\(name) is in the kernel.")
    case .loadable: .pass(check, "\(name) can be loaded.")
    case .missing, .unknown: lack(check, [name], state, sentence)
    }
  }

  private static func lack(
    _ check: String, _ names: [String], _ state: ModuleState, _ sentence: String
  ) -> Finding {
    let command = "modprobe -a \(names.joined(separator: " "))"
    if state == .missing {
      return .fail(
        check, "\(sentence), and the node has no such module.",
        .init(
          "Install the package with the kernel's modules (Debian: linux-image, not -cloud; Ubuntu: "
            + "linux-modules-extra-$(uname -r); RHEL: kernel-modules), then load:", command))
    }
    return .warn(
      check,
      "\(list(names, limit: 9)): not loaded as far as that shows, and whether it can be is unknown, for there is no "
        + "list in /lib/modules.",
      .init("Load it on the node; in a container, mount /lib/modules.", command))
  }
}
