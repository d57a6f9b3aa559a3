import Addressing

extension ReconcileLoop {
  /// The search through conntrack takes long on a busy node: changes don't wait for it.
  func forgetFlows(_ ids: [VirtualServerID]) {
    if ids.isEmpty { return }
    flowsToForget += ids
    guard forgetting == nil else { return }
    forgetting = Task {
      while !flowsToForget.isEmpty {
        let batch = flowsToForget
        flowsToForget = []
        for (family, ids) in Dictionary(grouping: batch, by: \.family) { await forget(ids, family) }
      }
      forgetting = nil
    }
  }

  private func forget(_ ids: [VirtualServerID], _ family: IPFamily) async {
    let start = time.now()
    do throws(KernelError) {
      let deleted = try await kernel.forgetUDPFlows(of: ids)
      observer(.flowSearch(FlowSearch(family: family, duration: time.now() - start, deleted: deleted)))
    } catch {
      report(.flowsKept(ids, error))
    }
  }
}
