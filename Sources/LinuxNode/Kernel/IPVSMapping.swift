import Addressing
import Netlink
import Reconciler

extension VirtualServerID {
  var key: IPVSServiceKey { .address(address, transport: transport.rawValue, port: port) }

  /// Nil for what is never ours: firewall marks and other protocols.
  init?(_ key: IPVSServiceKey) {
    guard case .address(let address, let number, let port) = key,
      let transport = TransportProtocol(rawValue: number)
    else { return nil }
    self.init(address, port: port, transport: transport)
  }
}

extension VirtualServer {
  var service: IPVSService {
    IPVSService(
      id.key, scheduler: scheduler.rawValue,
      flags: schedulerFlags.rawValue | (persistence == nil ? 0 : IPVSService.persistent),
      timeout: persistence ?? 0)
  }

  /// Flags the kernel adds for itself are left out. Nil for what is never ours.
  init?(_ service: IPVSService) {
    guard let id = VirtualServerID(service.key) else { return nil }
    self.init(
      id, scheduler: Scheduler(rawValue: service.scheduler),
      schedulerFlags: SchedulerFlags(rawValue: service.flags).intersection(.all),
      persistence: service.flags & IPVSService.persistent == 0 ? nil : service.timeout)
  }
}

extension RealServerID {
  var destination: IPVSDestination { IPVSDestination(address, port: port) }
}

extension RealServer {
  var destination: IPVSDestination {
    IPVSDestination(id.address, port: id.port, weight: weight, forwardingMethod: forwarding.rawValue)
  }

  init(_ destination: IPVSDestination) {
    self.init(
      RealServerID(destination.address, port: destination.port), weight: destination.weight,
      forwarding: ForwardingMethod(rawValue: destination.forwardingMethod) ?? .masquerade)
  }
}

extension ConnectionCounts {
  init(_ destination: IPVSDestination) {
    self.init(active: destination.activeConnections, inactive: destination.inactiveConnections)
  }
}

extension Operation {
  /// Nil for set members and addresses.
  var ipvsRequest: IPVSRequest? {
    switch self {
    case .addVirtualServer(let server): .newService(server.service)
    case .updateVirtualServer(let server): .setService(server.service)
    case .removeVirtualServer(let id): .deleteService(id.key)
    case .addRealServer(let server, let id): .newDestination(server.destination, of: id.key)
    case .updateRealServer(let server, let id): .setDestination(server.destination, of: id.key)
    case .removeRealServer(let server, let id): .deleteDestination(server.destination, of: id.key)
    case .addMember, .removeMember, .addAddress, .removeAddress: nil
    }
  }
}
