import Addressing
import Reconciler
import Testing

@testable import Monitoring

@Suite struct CatalogueTests {
  @Test func everyFamilyOfKubeProxyIsThereWithItsTypeLabelsAndBuckets() async throws {
    let recorded = Exposition(try fixture("metrics.txt"))
    let ours = try await Catalogue().exposition()
    #expect(recorded.names.filter { $0.hasPrefix("kubeproxy_") }.count == 10)
    for (name, family) in recorded.families {
      let own = try #require(ours.families[name], "\(name) is missing")
      #expect(own.type == family.type, "\(name)")
      #expect(own.bounds == family.bounds, "\(name)")
      #expect(
        own.series.first?.keys.sorted() == family.series.first?.keys.sorted(), "\(name)")
      if name.hasPrefix("kubeproxy_") { #expect(own.series.isSuperset(of: family.series), "\(name)") }
    }
  }

  /// What kube-proxy registers and had nothing to tell of when it was recorded.
  @Test func theFamiliesThatWereSilentAreThereToo() async throws {
    let ours = try await Catalogue().exposition()
    #expect(ours.families["kubeproxy_proxy_healthz_total"]?.series == [["code": "200"]])
    #expect(ours.families["kubeproxy_proxy_livez_total"]?.series == [["code": "503"]])
    #expect(ours.families["kubeproxy_sync_proxy_rules_iptables_restore_failures_total"]?.type == "counter")
    let programming = try #require(ours.families["kubeproxy_network_programming_duration_seconds"])
    #expect(programming.type == "histogram")
    #expect(programming.bounds.count == 81)
    #expect(programming.bounds.prefix(4) == ["0.25", "0.5", "1", "2"])
    #expect(programming.bounds.suffix(10).prefix(3) == ["110", "115", "120"])
    #expect(programming.bounds.suffix(3) == ["270", "300", "+Inf"])
  }

  @Test func namesAndHelpFollowTheRulesOfPrometheus() async throws {
    let catalogue = try Catalogue()
    let ours = await catalogue.exposition()
    #expect(ours.malformed.isEmpty)
    #expect(Set(ours.names).count == ours.names.count)
    let names = Exposition(await catalogue.registry.scrape()).names
    #expect(names == names.sorted())
    // kube-proxy's own name for a gauge.
    let exception = "kubeproxy_sync_proxy_rules_no_local_endpoints_total"
    for (name, family) in ours.families {
      #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(name)")
      #expect(family.help?.hasSuffix(".") == true, "\(name) has no help")
      #expect((family.type == "counter") == name.hasSuffix("_total") || name == exception, "\(name)")
      if family.type == "histogram" { #expect(name.hasSuffix("_seconds"), "\(name)") }
      #expect(
        Set(family.samples.map { [$0.name: $0.labels] }).count == family.samples.count, "\(name) repeats")
      #expect(Set(family.samples.map { Set($0.labels.keys).subtracting(["le"]) }).count == 1, "\(name)")
      for unit in ["milliseconds", "minutes", "kilobytes", "megabytes"] {
        #expect(!name.contains(unit), "\(name) isn't in a base unit")
      }
    }
  }

  @Test func changesArePendingUntilARoundHasTakenThemUp() async throws {
    let catalogue = try Catalogue()
    catalogue.proxy.observe(.queued(QueuedChanges(services: 3, endpointSlices: 2)), now: .seconds(2000))
    #expect(await value("kubeproxy_sync_proxy_rules_service_changes_pending", catalogue) == "3")
    #expect(await value("kubeproxy_sync_proxy_rules_service_changes_total", catalogue) == "0")
    var round = RoundReport()
    round.changes = QueuedChanges(services: 3, endpointSlices: 2)
    round.duration = .milliseconds(3)
    catalogue.proxy.observe(.round(round), now: .seconds(2001))
    #expect(await value("kubeproxy_sync_proxy_rules_service_changes_pending", catalogue) == "0")
    #expect(await value("kubeproxy_sync_proxy_rules_service_changes_total", catalogue) == "3")
    #expect(await value("kubeproxy_sync_proxy_rules_endpoint_changes_total", catalogue) == "2")
    #expect(await value("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds", catalogue) == "2000")
    #expect(await value("kubeproxy_sync_proxy_rules_last_timestamp_seconds", catalogue) == "2001")
  }

  @Test func programmingIsMeasuredFromTheTriggerUnlessThatWasBeforeTheStart() async throws {
    let catalogue = try Catalogue()
    var round = RoundReport()
    round.inForce.triggers = [
      EndpointTrigger(family: .ipv4, time: .seconds(999)),
      EndpointTrigger(family: .ipv4, time: .seconds(1998)),
      EndpointTrigger(family: .ipv6, time: .seconds(2100)),
    ]
    catalogue.proxy.observe(.round(round), now: .seconds(2000))
    let family = await catalogue.exposition().families["kubeproxy_network_programming_duration_seconds"]
    let sums = family?.samples.filter { $0.name.hasSuffix("_sum") || $0.name.hasSuffix("_count") }.map(
      \.value)
    #expect(sums == ["2", "1", "0", "1"])
  }

  @Test func aRoundThatIsGivenUpIsNoRound() async throws {
    let catalogue = try Catalogue()
    var round = RoundReport()
    round.kernelError = KernelError(.rules, errno: 0, object: "ip6tables-nft-restore")
    catalogue.proxy.observe(.round(round), now: .seconds(2000))
    let families = await catalogue.exposition().families
    #expect(
      families["kubeproxy_sync_proxy_rules_iptables_restore_failures_total"]?.samples.map(\.value) == [
        "0", "1",
      ])
    #expect(
      families["kubeproxy_sync_proxy_rules_last_timestamp_seconds"]?.samples.map(\.value) == ["0", "0"])
    #expect(
      families["ipvs_proxy_kernel_operation_errors_total"]?.samples
        == [
          Exposition.Sample(
            name: "ipvs_proxy_kernel_operation_errors_total",
            labels: ["errno": "19", "operation": "add_address"], value: "1")
        ])
  }

  private func value(_ name: String, _ catalogue: Catalogue) async -> String? {
    await catalogue.exposition().families[name]?.samples.first?.value
  }
}
