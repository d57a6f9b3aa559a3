/// Something worth a line in the log.
public enum CoreEvent: Sendable {
  case serviceAdded(ServiceKey, ServiceSummary)
  /// `endpointsOnly`: the Service itself is as it was.
  case serviceChanged(ServiceKey, ServiceSummary, endpointsOnly: Bool)
  case serviceRemoved(ServiceKey)
  case conflict(DesiredState.Conflict)
  /// An externalIP or load balancer address that the Service doesn't get.
  case addressRefused(ServiceKey, Share.Refusal)
  indirect case operationFailed(Failure)
  case recovered(ObjectID, attempts: Int)
  case notice(Notice)
  indirect case kernelUnreadable(KernelError)
  /// Flows that began before their virtual server was served could not be forgotten.
  indirect case flowsKept([VirtualServerID], KernelError)
  /// A resync found this many operations to do that no change had asked for.
  case driftRepaired(operations: Int)
  indirect case drained(VirtualServerID, RealServerID, after: Duration, connectionsLeft: Bool)
}

/// A Service in one line. Worked out when it is asked for.
public struct ServiceSummary: Sendable, CustomStringConvertible {
  private let share: Box<Share>

  init(_ share: Box<Share>) { self.share = share }

  public var virtualServers: [VirtualServerID] { Array(share.value.claims.keys) }
  public var servingEndpoints: Int { share.value.claims.reduce(0) { $0 + $1.servingEndpoints } }
  public var finishingEndpoints: Int {
    share.value.claims.reduce(0) { $0 + $1.endpoints.count } - servingEndpoints
  }

  /// "10.96.0.10:53/udp 10.96.0.10:53/tcp, 4 real servers, 1 finishing".
  public var description: String {
    let servers = virtualServers.map(\.description).joined(separator: " ")
    let finishing = finishingEndpoints == 0 ? "" : ", \(finishingEndpoints) finishing"
    return "\(servers.isEmpty ? "no address of a served family" : servers), "
      + "\(servingEndpoints) real server\(servingEndpoints == 1 ? "" : "s")\(finishing)"
  }
}
