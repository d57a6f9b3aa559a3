import Addressing
import CNetlink
import Glibc
import Netlink

/// The tracked flows' part of the model.
extension KernelModel {
  mutating func perform(_ request: ConntrackRequest) -> Reply {
    switch request {
    case .dump(let filter):
      let rows = flows.filter { filtersFlows ? filter.matches($0) : $0.family == filter.family }
      return .table(
        type: UInt16(NFNL_SUBSYS_CTNETLINK) << 8,
        payloads: rows.map { row in Frame.payload { ConntrackRequest.delete(row).encode(into: &$0) } })
    case .delete(let flow):
      guard let index = flows.firstIndex(of: flow) else { return .refused(ENOENT) }
      flows.remove(at: index)
      return .done
    }
  }
}

extension ConntrackFlow {
  fileprivate var family: IPFamily { original.destination.family }
}
