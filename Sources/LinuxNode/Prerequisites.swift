/// Something the node doesn't have and Services can't do without.
public struct MissingPrerequisite: Hashable, Sendable {
  /// "CAP_NET_ADMIN", "ip_vs", …
  public let name: String
  /// What is wrong, as one sentence.
  public let sentence: String
  /// What to do about it.
  public let remedy: String

  public init(name: String, sentence: String, remedy: String) {
    self.name = name
    self.sentence = sentence
    self.remedy = remedy
  }
}

extension MissingPrerequisite: CustomStringConvertible {
  public var description: String { "\(sentence) \(remedy)" }
}

/// Checks, before anything is changed, that the node can do what is needed.
public struct Prerequisites: Sendable {
  /// Asks the kernel itself, by trying. Nil means that it wasn't asked; then only a sign of the feature counts as
  /// its presence, and its absence as nothing, for what is built in doesn't always show.
  public struct Trials: Sendable {
    /// Whether a virtual server with that scheduler is accepted.
    public let scheduler: @Sendable (String) async -> Bool?
    /// Whether a dummy device can be made or is there.
    public let dummyDevice: @Sendable () async -> Bool?

    public init(
      scheduler: @escaping @Sendable (String) async -> Bool? = { _ in nil },
      dummyDevice: @escaping @Sendable () async -> Bool? = { nil }
    ) {
      self.scheduler = scheduler
      self.dummyDevice = dummyDevice
    }
  }

  private let files: HostFiles
  private let trials: Trials

  public init(files: HostFiles = HostFiles(), trials: Trials = Trials()) {
    self.files = files
    self.trials = trials
  }

  /// What is missing, the gravest first; call it after Modules had its turn. iptables is not among it: RuleManager
  /// says so when it isn't there.
  public func missing(scheduler: String) async -> [MissingPrerequisite] {
    var missing: [MissingPrerequisite] = []
    if !hasNetAdmin { missing.append(.netAdmin) }
    if !Modules.isPresent("ip_vs", files) {
      missing.append(.module("ip_vs", "The kernel has no IP Virtual Server."))
    } else if await trials.scheduler(scheduler) == false {
      missing.append(
        .module("ip_vs_\(scheduler)", "The kernel has no scheduler named \(scheduler) for IP Virtual Server.")
      )
    }
    if await trials.dummyDevice() == false {
      missing.append(.module("dummy", "The kernel has no dummy devices, which hold the virtual addresses."))
    }
    return missing
  }

  /// CapEff of /proc/self/status is a hexadecimal bit set (proc(5)).
  private var hasNetAdmin: Bool {
    let netAdmin = 12  // CAP_NET_ADMIN of include/uapi/linux/capability.h
    guard let line = files.lines("/proc/self/status").first(where: { $0.hasPrefix("CapEff:") }),
      let bits = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).last.flatMap({
        UInt64($0, radix: 16)
      })
    else { return false }
    return bits >> netAdmin & 1 == 1
  }
}

extension MissingPrerequisite {
  fileprivate static let netAdmin = MissingPrerequisite(
    name: "CAP_NET_ADMIN", sentence: "The program may not change the node's network.",
    remedy: "Run it as root, or in a container with the capability NET_ADMIN or privileged.")

  fileprivate static func module(_ name: String, _ sentence: String) -> MissingPrerequisite {
    MissingPrerequisite(
      name: name, sentence: sentence,
      remedy:
        "Load the module on the node: modprobe \(name). In a container, mount /lib/modules to let it be loaded."
    )
  }
}
