import Addressing
import Testing

@testable import NodeCheck

@Suite struct AddressCheckTests {
  private func node(_ interface: Interface) -> NodeFacts {
    goodNode().with { facts in
      facts.interfaces = facts.interfaces.map { $0 + [interface] }
    }
  }

  /// Complaints #75290 and #114815.
  @Test func aVirtualAddressOnAnotherInterfaceIsTold() {
    let finding = node(Interface("nodelocaldns", addresses: [address("10.96.0.10")])).worst(
      of: "address-conflict")
    #expect(finding?.status == .warn)
    #expect(finding?.sentence.hasPrefix("10.96.0.10 is a Service's, and nodelocaldns has it too") == true)
  }

  @Test func aNodeAddressInTheServiceRangeFails() {
    let finding = node(Interface("eth1", addresses: [address("10.99.1.1")])).worst(of: "address-conflict")
    #expect(finding?.status == .fail)
    #expect(finding?.sentence.contains("10.99.1.1 of eth1 is in the Service range 10.96.0.0/12") == true)
  }

  @Test func podsAndServicesMustNotShareAddresses() {
    let overlap = goodNode().with { $0.wanted.podNetworks = [network("10.100.0.0/16")] }
    #expect(overlap.worst(of: "address-conflict")?.status == .fail)
    let external = goodNode().with {
      $0.interfaces = .known([Interface(NodeFacts.deviceName, addresses: [address("10.244.9.9")])])
    }
    #expect(external.worst(of: "address-conflict")?.sentence.contains("10.244.9.9") == true)
  }

  @Test(arguments: [
    ("10.96.0.0/16", true), ("10.97.3.0/24", true), ("10.96.0.10/32", true), ("10.0.0.0/8", false),
    ("0.0.0.0/0", false), ("192.168.0.0/16", false),
  ]) func routesIntoTheServiceRangeAreTold(route: String, isConflict: Bool) {
    let finding = goodNode().with { $0.routes = [Route(network(route), interface: "eth1")] }
      .worst(of: "route-conflict")
    #expect(finding?.status == (isConflict ? .warn : .pass))
  }

  @Test func bridgedPodsNeedIptablesToSeeThem() {
    let bridge = Interface("cni0", addresses: [address("10.244.0.254")], bridgePorts: ["veth1", "veth2"])
    let finding = node(bridge).worst(of: "bridge-nf")
    #expect(finding?.status == .fail)
    #expect(
      finding?.remedy?.commands == [
        "modprobe br_netfilter", "sysctl -w net.bridge.bridge-nf-call-iptables=1",
      ])
    #expect(
      node(bridge).setting("net/bridge/bridge-nf-call-iptables", "1").worst(of: "bridge-nf")?.status == .pass)
    let others = Interface("docker0", addresses: [address("172.17.0.1")], bridgePorts: ["veth3"])
    #expect(node(others).worst(of: "bridge-nf")?.status == .warn)
    #expect(node(Interface("docker0", bridgePorts: [])).worst(of: "bridge-nf")?.status == .pass)
  }
}
