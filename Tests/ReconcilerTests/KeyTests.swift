import Addressing
import Testing

@testable import Reconciler

/// Keys of tables: two that are equal hash the same, whoever made them, and in every table's own way.
@Suite struct KeyTests {
  @Test func namesThatReadTheSameAreTheSameKey() {
    let one = ServiceKey(namespace: "default", name: "a-service-with-a-long-name")
    // Another instance, as after decoding.
    let other = ServiceKey(
      namespace: String(decoding: Array("default".utf8), as: UTF8.self),
      name: String(decoding: Array("a-service-with-a-long-name".utf8), as: UTF8.self))
    #expect(one == other)
    #expect([one: 1][other] == 1)
    #expect(Set([one, other]).count == 1)
    #expect(one != ServiceKey(namespace: "a-service-with-a-long-name", name: "default"))
    let slice = EndpointSliceKey(namespace: "a", name: "b")
    #expect(Set([slice, EndpointSliceKey(namespace: "a", name: "b")]).count == 1)
  }

  /// Neighbouring addresses and ports, as Services have them, must not pile up in a table.
  @Test func neighboursHashApart() {
    for seed in [0, 1, 14, -1] {
      let hashes = (0..<4096).map { number in
        VirtualServerID(IPAddress(ipv4: 0x0A60_0000 + UInt32(number)), port: 80, transport: .tcp)
          ._rawHashValue(seed: seed) & 0x3FFF
      }
      let ports = (0..<4096).map { number in
        RealServerID(IPAddress(ipv4: 0x0A80_0001), port: UInt16(number))._rawHashValue(seed: seed) & 0x3FFF
      }
      let names = (0..<4096).map {
        ServiceKey(namespace: "a", name: "s\($0)")._rawHashValue(seed: seed) & 0x3FFF
      }
      // 4096 balls in 16384 bins at random hit 3623 of them.
      for found in [hashes, ports, names] { #expect(Set(found).count > 3000) }
    }
  }

  @Test func sourceRangesOfOneAddressHashApart() {
    let ranges = (0..<1024).compactMap {
      IPNetwork(IPAddress(ipv4: 0x0A00_0000 + UInt32($0) << 8), prefixLength: 24)
    }
    let hashes = ranges.map {
      IPSetMember.addressPortNetwork(IPAddress(ipv4: 0x0A60_0001), .tcp, 80, $0)._rawHashValue(seed: 10)
        & 0xFFF
    }
    #expect(Set(hashes).count > 700)
  }

  @Test func aServiceIsForgottenWithItsLastTrace() {
    var core = observedCore()
    let web = service("web", ["10.96.0.1"])
    let slice = slice("web-1", of: "web", [endpoint("10.244.0.1")])
    for order in [[remove(web), remove(slice)], [remove(slice), remove(web)]] {
      _ = core.ingest(complete(put(slice), put(web)))
      #expect(core.services.count == 1)
      for change in order { _ = core.ingest(complete(change)) }
      #expect(core.services.isEmpty && core.sliceOwners.isEmpty)
    }
    _ = core.ingest(complete(remove(web)))
    #expect(core.services.isEmpty)
  }

  @Test func aSliceThatMovesToAnotherServiceLeavesTheFirst() {
    var core = observedCore()
    let endpoints = [endpoint("10.244.0.1")]
    _ = core.ingest(complete(put(service("a", ["10.96.0.1"])), put(service("b", ["10.96.0.2"]))))
    _ = core.ingest(complete(put(slice("s", of: "a", endpoints))))
    _ = core.ingest(complete(put(slice("s", of: "b", endpoints))))
    #expect(core.services[key("a")]?.slices.isEmpty == true)
    #expect(core.desired.claim(tcp("10.96.0.1"))?.endpoints.isEmpty == true)
    #expect(core.desired.claim(tcp("10.96.0.2"))?.endpoints.count == 1)
  }
}
