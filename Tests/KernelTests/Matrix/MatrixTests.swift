import Addressing
import Testing

extension KernelTests {
  /// Every kind of Service and policy, from everywhere: who answers, which source it sees, what is refused or dropped.
  @Suite struct Matrix {
    @Test(arguments: TrafficTable.groups)
    func trafficGoesAsTheTableSays(_ group: TrafficGroup) throws {
      let lab = try MatrixLab.shared.get()
      let flaws = inParallel(group.checks) { $0.flaw(in: lab) }.compactMap { $0 }
      #expect(flaws == [])
    }

    /// The verdict, who may answer, and whose address they see.
    @Test(arguments: TrafficTable.groups)
    func explainSaysWhatTheTableSays(_ group: TrafficGroup) throws {
      let lab = try MatrixLab.shared.get()
      #expect(group.checks.compactMap { lab.explained.flaw($0) } == [])
    }

    @Test func theTableHoldsAHundredChecks() {
      #expect(TrafficTable.groups.flatMap(\.checks).count >= 100)
      #expect(Set(TrafficTable.services.map(\.number)).count == TrafficTable.services.count)
    }

    @Test func aPortOfTheHostIsNotReachableBehindAVirtualIP() throws {
      let lab = try MatrixLab.shared.get()
      #expect(notRefused(lab, MatrixLab.hostPort) == [])
    }

    @Test func theSamePortIsReachableAtTheNodesAddress() throws {
      let lab = try MatrixLab.shared.get()
      // Towards the client, for that is where an unbound UDP socket answers from.
      for address in ["203.0.113.1", "fd00:113::1"] {
        for transport in [TransportProtocol.tcp, .udp] {
          let request = Request(
            from: lab.namespace(.client), to: address, MatrixLab.hostPort, transport)
          #expect("\(request)".hasPrefix("answered \"host "), "\(address) \(transport)")
        }
      }
    }

    @Test func aPortThatNoServiceHasIsRefused() throws {
      let lab = try MatrixLab.shared.get()
      #expect(notRefused(lab, 81) == [])
    }

    @Test func aVirtualIPAnswersPings() throws {
      let lab = try MatrixLab.shared.get()
      for address in virtualIPs() {
        for origin in [Origin.client, .pod1] {
          #expect(
            try Ping.isAnswered(from: lab.namespace(origin), address), "\(address) from \(origin)")
        }
      }
    }

    @Test func datagramsLargerThanAPacketPassBothWays() throws {
      let lab = try MatrixLab.shared.get()
      let flaws = inParallel(fragmentTargets()) { target -> String? in
        do {
          let answer = try Client.exchange(
            from: lab.namespace(target.origin), target.address, target.port, bytes: 4000)
          return answer == 4000 ? nil : "\(target): \(answer) bytes"
        } catch { return "\(target): \(error)" }
      }
      #expect(flaws.compactMap { $0 } == [])
    }
  }
}

extension KernelTests.Matrix {
  private struct FragmentTarget: Sendable {
    let origin: Origin
    let address: String
    let port: UInt16
  }

  /// To pods of both nodes, with the client's source and without. Not from the node itself: its route to a virtual IP is
  /// local, with an MTU of 65536, and IPVS answers a datagram that doesn't fit the pod's link with EMSGSIZE
  /// (ensure_mtu_is_adequate in ip_vs_xmit.c). docs/differences.md lists it among the kernel's limits.
  private func fragmentTargets() -> [FragmentTarget] {
    [Origin.client, .pod2].flatMap { origin in
      [TrafficTable.spreadLocal, TrafficTable.away].flatMap { service in
        Reach.allCases.flatMap { reach in
          IPFamily.allCases.map {
            FragmentTarget(origin: origin, address: service.address(reach, $0), port: service.port(reach))
          }
        }
      }
    }
  }

  private func virtualIPs() -> [String] {
    [Reach.clusterIP, .loadBalancer, .externalIP].flatMap { reach in
      IPFamily.allCases.map { TrafficTable.spread.address(reach, $0) }
    }
  }

  /// Who is not told that nobody is at this port of a virtual IP.
  private func notRefused(_ lab: MatrixLab, _ port: UInt16) -> [String] {
    let targets = virtualIPs().flatMap { address in
      [Origin.client, .node, .pod1].flatMap { origin in
        [TransportProtocol.tcp, .udp].map { (address: address, origin: origin, transport: $0) }
      }
    }
    return inParallel(targets) { target -> String? in
      let request = Request(from: lab.namespace(target.origin), to: target.address, port, target.transport)
      return request.isRefused(target.transport, target.origin)
        ? nil : "\(target.address):\(port) \(target.transport) from \(target.origin.rawValue): \(request)"
    }.compactMap { $0 }
  }
}
