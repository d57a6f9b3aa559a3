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
        if case .done = result {
          errors.append(nil)
        } else {
          errors.append(
            result.kernelError(
              subsystem, object: operation.description, benign: operation.benignErrors, hint: operation.hint))
        }
      }
      start = end
    }
    return errors
  }

  private func perform(
    _ run: ArraySlice<Operation>, _ subsystem: KernelError.Subsystem
  ) async -> [RequestResult] {
    switch subsystem {
    case .ipset: await sets.apply(Self.requests(run, \.setChange))
    case .address: await route.apply(Self.requests(run, \.addressChange), device: Self.deviceName)
    default: await ipvs.perform(Self.requests(run, \.ipvsRequest))
    }
  }

  /// What each operation is to its subsystem, in a list that has room for all from the start.
  private static func requests<Request>(
    _ run: ArraySlice<Operation>, _ request: (Operation) -> Request?
  ) -> [Request] {
    var requests: [Request] = []
    requests.reserveCapacity(run.count)
    for operation in run { if let request = request(operation) { requests.append(request) } }
    return requests
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
