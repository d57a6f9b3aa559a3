import Foundation
import Testing

extension KernelTests.Cluster {
  /// An Event as far as it is looked at.
  private struct Event: Decodable {
    struct Regarding: Decodable {
      let kind: String
      let name: String
      let namespace: String?
    }

    let reason: String?
    let note: String?
    let type: String?
    let regarding: Regarding?
  }

  private func events(_ server: APIServer) throws -> [Event] {
    try JSONDecoder().decode([Event].self, from: Data(try server.tell(#"{"events": true}"#).utf8))
  }

  @Test func aServiceTheKernelRefusesIsToldAndTheNodeStaysHealthy() throws {
    let lab = try Lab("apirefused")
    defer { lab.close() }
    try lab.addPod(1)
    let server = try APIServer(in: lab)
    // The broadcast address of the client's network: IPVS takes no such real server (ip_vs_new_dest, EINVAL).
    try server.apply(
      ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1),
      ClusterObject.service("bad", "10.96.1.2"),
      ClusterObject.slice("bad", [ClusterObject.Endpoint("203.0.113.255")]))
    let program = try lab.start(on: server)
    #expect(
      try lab.eventually(60) {
        try lab.virtualServers() == [
          "-A -t 10.96.1.1:80 -s rr", "-A -t 10.96.1.2:80 -s rr",
          "-a -t 10.96.1.1:80 -r 10.244.0.1:8080 -m -w 1",
        ]
      }, "\(program.errors)")
    // Told when it has failed some times, not at once.
    func isTold(_ event: Event) -> Bool { event.reason == "ProgrammingFailed" }
    #expect(try lab.eventually(60) { try events(server).contains(where: isTold) }, "\(program.errors)")
    let event = try #require(try events(server).first(where: isTold))
    #expect(event.type == "Warning")
    #expect(event.regarding?.kind == "Service")
    #expect(event.regarding?.namespace == "default")
    #expect(event.regarding?.name == "bad")
    #expect(event.note?.contains("203.0.113.255:8080") == true, "\(event)")
    #expect(event.note?.contains("Invalid argument") == true, "\(event)")
    #expect(try events(server).contains { $0.reason == "Starting" && $0.regarding?.kind == "Node" })

    for path in ["/healthz", "/livez"] {
      let health = try HTTPReply.get(from: lab.node, "127.0.0.1", 10256, path)
      #expect(health.status == 200, "\(path): \(health.body)")
    }
    let metrics = MetricsText(try HTTPReply.get(from: lab.node, "127.0.0.1", 10249, "/metrics").body)
    #expect(metrics["ipvs_proxy_failing_services"] == 1)
    #expect(metrics["ipvs_proxy_failing_objects"] == 1)
    let errors = #"ipvs_proxy_kernel_operation_errors_total{errno="22",operation="add_real_server"}"#
    #expect(try #require(metrics[errors]) >= 3)
    #expect(try Client.ask(from: lab.client, "10.96.1.1", 80).hasPrefix("pod1 "))

    try server.apply(ClusterObject.slice("bad", pods: 1))
    #expect(
      try lab.eventually(60) {
        let text = MetricsText(try HTTPReply.get(from: lab.node, "127.0.0.1", 10249, "/metrics").body)
        return text["ipvs_proxy_failing_objects"] == 0
      }, "\(program.errors)")
    #expect(try Client.ask(from: lab.client, "10.96.1.2", 80).hasPrefix("pod1 "))
  }

  /// Puts a filter that drops everything on each generic netlink socket of a process, those it opens later included,
  /// until its input ends; then takes them off.
  private static let deafen = """
    import ctypes, os, socket, struct, sys, threading
    process = int(sys.argv[1])
    pidfd = os.pidfd_open(process)
    PIDFD_GETFD, SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_PROTOCOL, SO_DOMAIN = 438, 26, 27, 38, 39
    AF_NETLINK = NETLINK_GENERIC = 16
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF_RET | BPF_K: keep 0 bytes
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(instruction))
    libc = ctypes.CDLL(None, use_errno=True)

    def sockets():
        folder = f"/proc/{process}/fd"
        for name in os.listdir(folder):
            try:
                if not os.readlink(f"{folder}/{name}").startswith("socket:"):
                    continue
            except FileNotFoundError:
                continue
            descriptor = libc.syscall(PIDFD_GETFD, pidfd, int(name), 0)
            if descriptor < 0:
                continue
            found = socket.socket(fileno=descriptor)
            if (found.getsockopt(socket.SOL_SOCKET, SO_DOMAIN) == AF_NETLINK
                    and found.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL) == NETLINK_GENERIC):
                yield found

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.wait(0.05):
        for found in sockets():
            found.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    for found in sockets():
        try:
            found.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
        except FileNotFoundError:
            pass
    """

  @Test func aSocketThatAnswersNoMoreIsUnhealthyAndRecoversByItself() throws {
    let lab = try Lab("deaf")
    defer { lab.close() }
    try lab.addPod(1)
    let server = try APIServer(in: lab)
    try server.apply(
      ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1))
    let program = try lab.start(on: server, ["--ipvs-sync-period", "3s"])
    func status(_ path: String) throws -> Int {
      try HTTPReply.get(from: lab.node, "127.0.0.1", 10256, path).status
    }
    #expect(try lab.eventually(60) { try lab.virtualServers().count == 2 }, "\(program.errors)")
    #expect(try lab.eventually { try status("/healthz") == 200 }, "\(program.errors)")

    let input = Pipe()
    let script = try lab.background(
      ["python3", "-c", Self.deafen, "\(program.process.processIdentifier)"], input: input)
    // The next full comparison is due within the sync period; two of them without one are too many.
    #expect(try lab.eventually(90) { try status("/healthz") == 503 }, "\(script.errors)\(program.errors)")
    #expect(try lab.eventually(90) { try status("/livez") == 503 }, "\(script.errors)\(program.errors)")
    #expect(
      try lab.eventually(60) { program.errors.contains("the kernel's answer was lost") }, "\(program.errors)")
    #expect(try Client.ask(from: lab.client, "10.96.1.1", 80).hasPrefix("pod1 "))
    #expect(try lab.virtualServers().count == 2)

    try input.fileHandleForWriting.close()
    #expect(script.waitForExit() == 0, "\(script.errors)")
    #expect(try lab.eventually(120) { try status("/healthz") == 200 }, "\(program.errors)")
    #expect(program.process.isRunning)
    // What comes now is served again.
    try server.apply(ClusterObject.service("new", "10.96.1.2"))
    #expect(
      try lab.eventually(60) { try lab.virtualServers().contains("-A -t 10.96.1.2:80 -s rr") },
      "\(program.errors)")
  }
}
