/// Something worth a line in the log.
public enum CoreEvent: Sendable {
  case serviceAdded(ServiceKey, ServiceSummary)
  /// `endpointsOnly`: the Service itself is as it was.
  case serviceChanged(ServiceKey, ServiceSummary, endpointsOnly: Bool)
  case serviceRemoved(ServiceKey)
  case conflict(DesiredState.Conflict)
  /// An externalIP or load balancer address that the Service doesn't get.
  case addressRefused(ServiceKey, Share.Refusal)
  case operationFailed(Failure)
  case recovered(ObjectID, attempts: Int)
  case notice(Notice)
  case kernelUnreadable(KernelError)
  /// Flows that began before their virtual server was served could not be forgotten.
  case flowsKept([VirtualServerID], KernelError)
  /// A resync found this many operations to do that no change had asked for.
  case driftRepaired(operations: Int)
  case drained(VirtualServerID, RealServerID, after: Duration, connectionsLeft: Bool)
}

/// A Service in one line.
public struct ServiceSummary: Hashable, Sendable, CustomStringConvertible {
  public let virtualServers: [VirtualServerID]
  public let servingEndpoints: Int
  public let finishingEndpoints: Int

  init(_ share: Share) {
    virtualServers = Array(share.claims.keys)
    let roles = share.claims.flatMap { $0.endpoints.map(\.role) }
    servingEndpoints = roles.count { if case .serving = $0 { true } else { false } }
    finishingEndpoints = roles.count - servingEndpoints
  }

  /// "10.96.0.10:53/udp 10.96.0.10:53/tcp, 4 real servers, 1 finishing".
  public var description: String {
    let servers = virtualServers.map(\.description).joined(separator: " ")
    let finishing = finishingEndpoints == 0 ? "" : ", \(finishingEndpoints) finishing"
    return "\(servers.isEmpty ? "no address of a served family" : servers), "
      + "\(servingEndpoints) real server\(servingEndpoints == 1 ? "" : "s")\(finishing)"
  }
}
