import Addressing
import Glibc
import Reconciler

/// Questions that the kernel answers best by being asked to do it.
extension NetlinkKernel {
  /// Whether a virtual server with that scheduler is taken: one that nobody can want is added and removed. The address
  /// is of TEST-NET-2 (RFC 5737), as in kube-proxy's own probe.
  /// - Returns: nil when the kernel refused for another reason.
  func accepts(scheduler name: String) async -> Bool? {
    let probe = VirtualServerID(IPAddress(ipv4: 0xC633_6400), port: 20000, transport: .tcp)
    let server = VirtualServer(probe, scheduler: Scheduler(rawValue: name))
    let error = await apply([.addVirtualServer(server)]).first ?? nil
    guard let error else {
      _ = await apply([.removeVirtualServer(probe)])
      return true
    }
    return error.errno == ENOENT ? false : nil
  }

  /// Whether kube-ipvs0 is there or can be made; makes it. Nil when the kernel refused for another reason than not
  /// knowing dummy devices.
  func canMakeDevice() async -> Bool? {
    do throws(KernelError) {
      _ = try await ensureDevice()
      return true
    } catch {
      return error.errno == EOPNOTSUPP ? false : nil
    }
  }

  func hasDevice() async throws(KernelError) -> Bool { try await link() != nil }

  func missingSets(_ families: [IPFamily]) async throws(KernelError) -> [IPSetID] {
    let sets = try await observe(families).sets
    return families.flatMap { IPSetID.all($0) }.filter { sets[$0] == nil }
  }
}
