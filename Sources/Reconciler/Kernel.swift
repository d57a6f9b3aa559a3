import Addressing

/// The kernel of one node, as far as the core needs it. Two implementations: LinuxNode's, and FakeKernel for tests;
/// both pass the same contract suite.
public protocol Kernel: Sendable {
  /// Makes sure of what everything else rests on, in this order: settings, sets, rules, device. Idempotent; a right
  /// value is never written. Called at start and at every resync.
  /// - Returns: what was changed or couldn't be, for the log. Empty when all was as it should be.
  /// - Throws: when nothing can be served without what is missing.
  func prepare() async throws(KernelError) -> [Notice]

  /// Reads one part of what there is, whole or not at all: an error never looks like an empty world.
  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading

  /// Carries out the operations, in order per object, and goes on after one that fails.
  /// - Returns: one result for each operation, in the same order; nil for success.
  func apply(_ operations: [Operation]) async -> [KernelError?]

  /// The connections that the real servers of these virtual servers still carry. A virtual server that is missing
  /// has no entry.
  func connections(of ids: [VirtualServerID]) async throws(KernelError)
    -> [VirtualServerID: [RealServerID: ConnectionCounts]]

  /// Forgets the conntrack entries of UDP flows to these addresses and ports: flows that began before a virtual server
  /// was served would go past it for as long as they last. Not part of a round; may take long.
  /// - Returns: how many entries were forgotten.
  @discardableResult
  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int
}

/// Something that was set right, or couldn't be, outside of the plan.
public struct Notice: Hashable, Sendable {
  public enum Severity: Hashable, Sendable { case info, warning }

  public let severity: Severity
  public let text: String

  public init(_ severity: Severity, _ text: String) {
    self.severity = severity
    self.text = text
  }
}

/// A request that the kernel, or a tool that speaks to it, refused.
public struct KernelError: Error, Hashable, Sendable {
  public enum Subsystem: String, Hashable, Sendable {
    case ipvs, ipset, address, link, conntrack, rules, sysctl, module
  }

  /// Whether the request took effect.
  public enum Outcome: Hashable, Sendable {
    /// It did not.
    case refused
    /// Nobody knows: the answer was lost. Look again before planning.
    case unknown
  }

  public let subsystem: Subsystem
  /// The kernel's error number, positive; 0 where there is none (a tool failed, an answer was lost).
  public let errno: Int32
  /// What the request was about, as an operator would name it.
  public let object: String
  /// What to know or do beyond the errno's own text; may be empty.
  public let hint: String
  public let outcome: Outcome

  public init(
    _ subsystem: Subsystem, errno: Int32, object: String, hint: String = "", outcome: Outcome = .refused
  ) {
    self.subsystem = subsystem
    self.errno = errno
    self.object = object
    self.hint = hint
    self.outcome = outcome
  }
}

extension KernelError: CustomStringConvertible {
  /// "ipvsadm -A -t 10.96.0.1:80 -s foo: No such file or directory (ENOENT 2); is the module ip_vs_foo there?"
  public var description: String {
    var text = "\(subsystem.rawValue): \(object)"
    if errno != 0 { text += ": \(Errno.name(errno))" }
    if !hint.isEmpty { text += errno == 0 ? ": \(hint)" : "; \(hint)" }
    if outcome == .unknown { text += " (outcome unknown, will look again)" }
    return text
  }
}
