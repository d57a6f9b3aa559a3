import Addressing
import Netlink
import Reconciler

extension NetlinkKernel {
  /// Carries out the operations in order, consecutive ones of the same subsystem in one batch, and goes on after one
  /// that fails. Removing what is absent and adding a set member or an address that is there succeed.
  /// - Returns: one result for each operation, in the same order; nil for success.
  public func apply(_ operations: [Operation]) async -> [KernelError?] {
    var errors: [KernelError?] = []
    errors.reserveCapacity(operations.count)
    var start = 0
    while start < operations.count {
      let subsystem = operations[start].subsystem
      let end = operations[start...].firstIndex { $0.subsystem != subsystem } ?? operations.count
      let run = operations[start..<end]
      let results = await perform(run, subsystem)
      for (operation, result) in zip(run, results) {
        if result == .done {
          errors.append(nil)
          continue
        }
        errors.append(
          result.kernelError(
            subsystem, object: operation.description, benign: operation.benignErrors, hint: operation.hint))
      }
      start = end
    }
    return errors
  }

  private func perform(
    _ run: ArraySlice<Operation>, _ subsystem: KernelError.Subsystem
  ) async -> [RequestResult] {
    switch subsystem {
    case .ipset: await sets.apply(run.compactMap(\.setChange))
    case .address: await route.apply(run.compactMap(\.addressChange), device: Self.deviceName)
    default: await ipvs.perform(run.compactMap(\.ipvsRequest))
    }
  }
}

extension Operation {
  var subsystem: KernelError.Subsystem {
    switch self {
    case .addMember, .removeMember: .ipset
    case .addAddress, .removeAddress: .address
    case .addVirtualServer, .updateVirtualServer, .removeVirtualServer, .addRealServer, .updateRealServer,
      .removeRealServer:
      .ipvs
    }
  }
}
