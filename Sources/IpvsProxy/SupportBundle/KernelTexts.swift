import Addressing
import Iptables
import Reconciler

/// The kernel's state in the words of the tools that would set it up the same.
enum KernelTexts {
  /// Virtual servers and their real servers as lines of ipvsadm, in order.
  static func virtualServers(_ state: KernelState) -> String {
    let operations = state.virtualServers.sorted { $0.key < $1.key }.flatMap { id, server in
      [Operation.addVirtualServer(server.virtualServer)]
        + server.realServers.values.sorted { $0.id < $1.id }.map { .addRealServer($0, to: id) }
    }
    return text(operations)
  }

  /// The addresses of kube-ipvs0 as lines of ip.
  static func addresses(_ state: KernelState) -> String {
    text(state.addresses.sorted().map { .addAddress($0) })
  }

  /// The members of our sets as lines of ipset; a set without members is a line too.
  static func sets(_ state: KernelState) -> String {
    state.sets.sorted { $0.key < $1.key }.map { id, members in
      "ipset create \(id) \(id.kind.type.rawValue)\n"
        + text(members.map { .addMember(IPSetEntry(id, $0)) }.sorted { "\($0)" < "\($1)" })
    }.joined()
  }

  /// What of iptables-save concerns Services: the policies of the kernel's own chains, and what names a KUBE- chain or
  /// set.
  static func rules(saved text: String) -> String {
    text.split(separator: "\n").filter { line in
      line.hasPrefix("*") || line == "COMMIT" || line.contains("KUBE-")
        || line.hasPrefix(":") && !line.contains(" - ")
    }.map { $0 + "\n" }.joined()
  }

  private static func text(_ operations: [Reconciler.Operation]) -> String {
    operations.map { "\($0)\n" }.joined()
  }
}
