import Glibc

/// A kube-proxy at work in this network namespace. Two proxies would undo each other's work at every sync.
public struct RunningKubeProxy: Hashable, Sendable {
  /// Its process, as seen in this process' own PID namespace.
  public let processID: Int32

  public init(processID: Int32) {
    self.processID = processID
  }

  /// Looks through the processes that can be seen.
  ///
  /// A kube-proxy in a network namespace of its own, another node's in a cluster that runs in containers, is no concern
  /// of this node's. One whose namespace this process may not look at counts as this node's: in a container with few
  /// capabilities that is the rule. A process that ends meanwhile is passed over. In a container without the host's PID
  /// namespace kube-proxy can't be seen at all; nor can one that is part of another program, as in k3s.
  /// - Parameter files: where /proc is.
  /// - Returns: of several, the one with the lowest number; nil without any.
  public static func find(_ files: HostFiles = HostFiles()) -> RunningKubeProxy? {
    guard let own = try? files.target(ofLink: "/proc/thread-self/ns/net") else { return nil }
    return files.names(in: "/proc").compactMap { Int32($0) }.sorted()
      .first { isKubeProxy($0, files) && mayShare(own, $0, files) }
      .map(RunningKubeProxy.init)
  }

  /// Whether the process is in this network namespace, or can't be told from one that is.
  private static func mayShare(_ own: String, _ processID: Int32, _ files: HostFiles) -> Bool {
    do throws(HostFiles.Failure) {
      return try files.target(ofLink: "/proc/\(processID)/ns/net") == own
    } catch {
      return error.errno != ENOENT && error.errno != ESRCH
    }
  }

  /// By the name of its program, or the one it was started by: a loader or a wrapper may stand before it.
  private static func isKubeProxy(_ processID: Int32, _ files: HostFiles) -> Bool {
    let name = "kube-proxy"
    if files.lines("/proc/\(processID)/comm").first.map({ $0 == name }) ?? false { return true }
    // The arguments stand one behind the other, each with a NUL at its end (proc(5)).
    let arguments = (try? files.read("/proc/\(processID)/cmdline")) ?? ""
    return arguments.prefix { $0 != "\0" }.split(separator: "/").last.map { $0 == name } ?? false
  }
}

extension RunningKubeProxy: CustomStringConvertible {
  public var description: String {
    """
    kube-proxy (process \(processID)) serves this node, and two proxies undo each other's work; stop it first: keep its \
    DaemonSet off this node, or stop its service. What it has set up is taken over as it is.
    """
  }
}
