import Foundation
import Inspection
import Testing

extension KernelTests.Cluster {
  /// With names from the process that runs, and counters from the kernel.
  @Test func topShowsWhatServicesAndTheirEndpointsCarry() throws {
    let lab = try Lab("top")
    defer { lab.close() }
    try lab.addPod(1)
    let server = try APIServer(in: lab)
    try server.apply(
      ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1),
      ClusterObject.service("idle", "10.96.1.2"))
    let socket = lab.directory.appendingPathComponent("admin.sock").path
    let program = try lab.start(on: server, ["--admin-socket", socket])
    #expect(try lab.eventually(60) { try lab.virtualServers().count == 3 }, "\(program.errors)")
    #expect(try lab.eventually(60) { access(socket, F_OK) == 0 })

    let output = Pipe()
    let command = lab.command([
      "top", "--once", "--interval", "10", "--sort", "name", "-o", "json", "--admin-socket", socket,
    ])
    let top = try lab.background(command, output: output)
    // As many as there is time for; it is the first ones that may come before its first reading.
    var asked = 0
    while top.process.isRunning, asked < 1000 {
      _ = try Client.ask(from: lab.client, "10.96.1.1", 80)
      asked += 1
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    #expect(top.waitForExit() == 0, "\(top.errors)")
    let rows = try JSONDecoder().decode(ItemList<ServiceTraffic>.self, from: data).items

    #expect(rows.map(\.title) == ["default/idle", "default/web"])
    let (idle, web) = (try #require(rows.first), try #require(rows.last))
    #expect(idle.rates == TrafficRates() && idle.activeConnections == 0 && idle.realServers == nil)
    let rates = try #require(web.rates)
    #expect(rates.connections > 0 && rates.connections * 10 <= Double(asked) * 1.5)
    // A request, an answer and what TCP needs for them.
    #expect(rates.incomingBytes > 40 * rates.connections && rates.outgoingBytes > 40 * rates.connections)
    #expect(web.virtualServers == ["10.96.1.1:80/tcp"])
    let endpoint = try #require(web.realServers?.first)
    #expect(web.realServers?.count == 1 && endpoint.address == lab.podAddress(1) && !endpoint.isDraining)
    #expect((endpoint.rates?.connections ?? 0) > 0)
  }
}
