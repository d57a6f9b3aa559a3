import Addressing
import LinuxNode
import Reconciler
import Testing

@Suite struct IPv6ForwardingTests {
  @Test func forwardingIsSwitchedOn() throws {
    let host = try host(acceptRA: "1", route: Self.staticDefault)
    #expect(try apply(host) == [Notice(.info, "net.ipv6.conf.all.forwarding was 0, is 1 now")])
    #expect(forwarding(host) == "1")
  }

  @Test func aNodeThatRoutesByAdvertisementsKeepsItsRoute() throws {
    let host = try host(acceptRA: "1", route: Self.advertisedDefault)
    let notices = try apply(host)
    #expect(notices.map(\.severity) == [.warning])
    #expect(notices.first?.text.contains("sysctl -w net.ipv6.conf.eth0.accept_ra=2") == true)
    #expect(forwarding(host) == "0")
  }

  @Test func advertisementsThatAreAcceptedAnywayAreNoObstacle() throws {
    let host = try host(acceptRA: "2", route: Self.advertisedDefault)
    _ = try apply(host)
    #expect(forwarding(host) == "1")
  }

  @Test func anAdvertisedPrefixIsNoDefaultRoute() throws {
    let host = try host(acceptRA: "1", route: Self.advertisedPrefix)
    _ = try apply(host)
    #expect(forwarding(host) == "1")
  }

  @Test func withoutIPv6ServicesForwardingIsNotOurs() throws {
    let host = try host(acceptRA: "1", route: Self.staticDefault)
    #expect(try apply(host, [.ipv4]).isEmpty)
    #expect(forwarding(host) == "0")
  }

  private func host(acceptRA: String, route: String) throws -> TemporaryHost {
    try TemporaryHost([
      "/proc/sys/net/ipv4/ip_forward": "1\n",
      "/proc/sys/net/ipv4/vs/conntrack": "1\n",
      "/proc/sys/net/ipv4/vs/expire_nodest_conn": "1\n",
      "/proc/sys/net/ipv4/vs/expire_quiescent_template": "1\n",
      "/proc/sys/net/ipv6/conf/all/forwarding": "0\n",
      "/proc/sys/net/ipv6/conf/eth0/accept_ra": "\(acceptRA)\n",
      "/proc/net/ipv6_route": "\(Self.loopback)\n\(route)\n",
    ])
  }

  private func apply(_ host: TemporaryHost, _ families: [IPFamily] = [.ipv4, .ipv6]) throws -> [Notice] {
    try SystemSettings(families: families, files: host.files, kernel: KernelVersion(6, 1)).apply()
  }

  private func forwarding(_ host: TemporaryHost) -> String? {
    Sysctl(host.files).value("net/ipv6/conf/all/forwarding")
  }

  private static let zero = "00000000000000000000000000000000"
  private static let router = "fe800000000000000000000000000001"
  private static let loopback =
    "00000000000000000000000000000001 80 \(zero) 00 \(zero) 00000000 00000002 00000000 80200001       lo"
  private static let staticDefault =
    "\(zero) 00 \(zero) 00 \(router) 00000400 00000001 00000000 00000003     eth0"
  private static let advertisedDefault =
    "\(zero) 00 \(zero) 00 \(router) 00000400 00000001 00000000 00450003     eth0"
  private static let advertisedPrefix =
    "20010db8000000000000000000000000 40 \(zero) 00 \(zero) 00000100 00000001 00000000 00440001     eth0"
}
