import Foundation
import Testing

extension KernelTests.Cluster {
  /// The command line of kubeadm's kube-proxy DaemonSet with the ConfigMap's files where it mounts them, unchanged.
  @Test func kubeadmsOwnConfigMapAndFlagsServe() throws {
    let lab = try Lab("kubeadm")
    defer { lab.close() }
    for number in 1...2 { try lab.addPod(number) }
    let server = try APIServer(in: lab)
    try server.apply(
      ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1, 2))
    let configuration = try #require(
      Bundle.module.path(forResource: "kubeadm-config", ofType: "conf", inDirectory: "Fixtures"))
    let program = try lab.background([
      "ip", "netns", "exec", lab.node, "unshare", "--mount", "sh", "-ec",
      """
      mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/kube-proxy
      cp "$1" /var/lib/kube-proxy/config.conf && cp "$2" /var/lib/kube-proxy/kubeconfig.conf
      exec "$0" --config=/var/lib/kube-proxy/config.conf --hostname-override=node-a
      """, Lab.binary, configuration, server.kubeconfig.path,
    ])
    let wanted =
      ["-A -t 10.96.1.1:80 -s rr"]
      + [1, 2].map { "-a -t 10.96.1.1:80 -r 10.244.0.\($0):8080 -m -w 1" }
    #expect(try lab.eventually(120) { try lab.virtualServers() == wanted }, "\(program.errors)")
    #expect(try lab.eventually(60) { try lab.boundAddresses() == ["10.96.1.1/32"] }, "\(program.errors)")
    #expect(Set(try Client.responders(from: lab.client, "10.96.1.1", 80).keys) == ["pod1", "pod2"])
    let health = try lab.exec([
      "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "127.0.0.1:10256/healthz",
    ])
    #expect(health.output == "200", "\(program.errors)")
    let mode = try lab.exec(["curl", "-s", "127.0.0.1:10249/proxyMode"])
    #expect(mode.output == "ipvs")
  }
}
