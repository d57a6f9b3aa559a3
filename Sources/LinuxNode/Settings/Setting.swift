import Glibc
import Reconciler

/// One kernel setting that has to have a certain value.
struct Setting: Sendable {
  let key: String
  let value: String
  /// Whether no traffic flows without it.
  var isNeeded = false
  /// What goes wrong without it, as the end of a sentence.
  let purpose: String

  /// Sets the value unless it is right already.
  /// - Returns: what was changed, or should be and couldn't; nil where nothing had to be.
  /// - Throws: when it can't be had and is needed.
  func ensure(_ sysctl: Sysctl) throws(KernelError) -> Notice? {
    let name = Sysctl.name(key)
    let current = sysctl.value(key)
    if current == value { return nil }
    do throws(HostFiles.Failure) {
      try sysctl.set(key, to: value)
      return Notice(.info, "\(name) was \(current ?? "unreadable"), is \(value) now")
    } catch {
      let failure = KernelError(
        .sysctl, errno: error.errno, object: "\(name) is \(current ?? "missing"), not \(value)",
        hint: "\(purpose); \(remedy(isMissing: current == nil))")
      if isNeeded { throw failure }
      return Notice(.warning, "\(failure)")
    }
  }

  private func remedy(isMissing: Bool) -> String {
    if isMissing, key.hasPrefix("net/ipv4/vs/") {
      return "the kernel shows it once IPVS is loaded: modprobe ip_vs"
    }
    if isMissing, key.hasPrefix("net/netfilter/nf_conntrack") {
      return "the kernel shows it once connection tracking is loaded: modprobe nf_conntrack"
    }
    return "set it on the node: sysctl -w \(Sysctl.name(key))=\(value)"
  }
}
