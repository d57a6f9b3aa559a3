import Inspection
import LinuxNode
import LiveTraffic
import Reconciler

/// Counters straight from the kernel, over a socket of this program's own: a running process has no work with it but to
/// say names.
struct NodeTraffic: TrafficSource {
  let interrogation: Interrogation
  let kernel = NetlinkKernel()

  func virtualServers() async throws -> [VirtualServerID: TrafficCounts] {
    do throws(KernelError) {
      return try await kernel.traffic()
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }

  func realServers(of ids: [VirtualServerID]) async throws -> [VirtualServerID: [RealServerTraffic]] {
    do throws(KernelError) {
      return try await kernel.realServerTraffic(of: ids)
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }

  func owners() async throws -> [VirtualServerID: ServiceKey]? {
    let services: [ServiceAddresses]
    do {
      services = try await interrogation.ask { try await $0.serviceAddresses() }
    } catch let error as FatalError where error.status == .noProcess {
      return nil
    }
    var owners: [VirtualServerID: ServiceKey] = [:]
    for service in services {
      let key = ServiceKey(namespace: service.namespace, name: service.name)
      for text in service.virtualServers {
        if case .address(let id) = try ExplanationTarget(text) { owners[id] = key }
      }
    }
    return owners
  }
}
