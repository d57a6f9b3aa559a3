import Foundation
import Testing

extension KernelTests.Cluster {
  /// The families that kube-proxy 1.36 exposes in ipvs mode, of itself, its process and its requests.
  private static let kubeProxyTypes = [
    "kubeproxy_conntrack_reconciler_deleted_entries_total": "counter",
    "kubeproxy_conntrack_reconciler_sync_duration_seconds": "histogram",
    "kubeproxy_sync_proxy_rules_duration_seconds": "histogram",
    "kubeproxy_sync_proxy_rules_endpoint_changes_pending": "gauge",
    "kubeproxy_sync_proxy_rules_endpoint_changes_total": "counter",
    "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds": "gauge",
    "kubeproxy_sync_proxy_rules_last_timestamp_seconds": "gauge",
    "kubeproxy_sync_proxy_rules_no_local_endpoints_total": "gauge",
    "kubeproxy_sync_proxy_rules_service_changes_pending": "gauge",
    "kubeproxy_sync_proxy_rules_service_changes_total": "counter", "process_cpu_seconds_total": "counter",
    "process_max_fds": "gauge", "process_open_fds": "gauge", "process_resident_memory_bytes": "gauge",
    "process_start_time_seconds": "gauge", "process_virtual_memory_bytes": "gauge",
    "process_virtual_memory_max_bytes": "gauge", "rest_client_request_duration_seconds": "histogram",
    "rest_client_requests_total": "counter",
  ]

  private func metrics(_ lab: Lab, _ path: String = "/metrics") throws -> MetricsText {
    let reply = try HTTPReply.get(from: lab.node, "127.0.0.1", 10249, path)
    #expect(reply.status == 200)
    #expect(reply["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
    let text = MetricsText(reply.body)
    #expect(text.malformed == [])
    return text
  }

  @Test func metricsCountWhatWasDoneAndServicesWhatTheyCarried() throws {
    let lab = try Lab("metrics")
    defer { lab.close() }
    try lab.addPod(1)
    let server = try APIServer(in: lab)
    try server.apply(
      ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1),
      ClusterObject.service("other", "10.96.1.2"))
    let program = try lab.start(on: server, ["--service-metrics"])
    #expect(try lab.eventually(60) { try lab.virtualServers().count == 3 }, "\(program.errors)")
    _ = try HTTPReply.get(from: lab.node, "127.0.0.1", 10256, "/healthz")
    #expect(
      try lab.eventually { try metrics(lab)["kubeproxy_sync_proxy_rules_service_changes_total"] == 2 })

    let first = try metrics(lab)
    for (name, type) in Self.kubeProxyTypes { #expect(first.types[name] == type, "\(name)") }
    let expected = [
      "kubeproxy_sync_proxy_rules_endpoint_changes_total": 1.0,
      "kubeproxy_sync_proxy_rules_service_changes_pending": 0,
      "kubeproxy_sync_proxy_rules_endpoint_changes_pending": 0,
      #"ipvs_proxy_kernel_operations_total{operation="add_virtual_server"}"#: 2,
      #"ipvs_proxy_kernel_operations_total{operation="add_real_server"}"#: 1,
      #"ipvs_proxy_kernel_operations_total{operation="add_address"}"#: 2,
      #"ipvs_proxy_kernel_operations_total{operation="remove_virtual_server"}"#: 0,
      #"ipvs_proxy_virtual_servers{ip_family="IPv4"}"#: 2,
      #"ipvs_proxy_virtual_servers{ip_family="IPv6"}"#: 0,
      #"ipvs_proxy_real_servers{ip_family="IPv4"}"#: 1, "ipvs_proxy_services": 2,
      "ipvs_proxy_failing_objects": 0,
      #"ipvs_proxy_source_synced{resource="services"}"#: 1, #"kubeproxy_proxy_healthz_total{code="200"}"#: 1,
    ]
    for (series, value) in expected { #expect(first[series] == value, "\(series)") }
    #expect(first.sum("ipvs_proxy_kernel_operation_errors_total") == 0)
    let lastRound = try #require(
      first[#"kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"}"#])
    #expect(abs(lastRound - Date().timeIntervalSince1970) < 120)
    #expect(try #require(first["process_resident_memory_bytes"]) > 1_000_000)
    #expect(first.sum("rest_client_requests_total", #"code="200""#) >= 3)

    try server.delete("Service", "other")
    #expect(try lab.eventually(60) { try metrics(lab)["ipvs_proxy_services"] == 1 }, "\(program.errors)")
    let second = try metrics(lab)
    #expect(second["kubeproxy_sync_proxy_rules_service_changes_total"] == 3)
    #expect(second[#"ipvs_proxy_kernel_operations_total{operation="remove_virtual_server"}"#] == 1)
    #expect(second[#"ipvs_proxy_virtual_servers{ip_family="IPv4"}"#] == 1)

    for _ in 1...5 { _ = try Client.ask(from: lab.client, "10.96.1.1", 80) }
    let connections =
      #"ipvs_proxy_service_connections_total{address_kind="cluster_ip",ip_family="IPv4",namespace="default","#
      + #"port="http",protocol="TCP",service="web"}"#
    #expect(try lab.eventually(60) { try metrics(lab, "/metrics/services")[connections] == 5 })
    #expect(try metrics(lab)["ipvs_proxy_node_connections_total"] == 5)

    let configuration = try HTTPReply.get(from: lab.node, "127.0.0.1", 10249, "/configz")
    #expect(configuration["Content-Type"] == "application/json")
    let json = try JSONSerialization.jsonObject(with: Data(configuration.body.utf8)) as? [String: Any]
    #expect(json?.isEmpty == false, "\(configuration.body)")
    #expect(configuration.body.contains("node-a"))
  }
}
