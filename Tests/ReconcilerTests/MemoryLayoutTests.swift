import Addressing
import Reconciler
import Testing

/// In a cluster of 10,000 Services a node keeps some of these two hundred thousand times.
struct MemoryLayoutTests {
  @Test func whatIsKeptOfEachEndpointHasNoPaddingBetweenItsFields() {
    #expect(MemoryLayout<IPAddress>.size == 17)
    #expect(MemoryLayout<VirtualServerID>.stride == 20)
    #expect(MemoryLayout<RealServerID>.stride == 20)
    #expect(MemoryLayout<RealServer>.size == 24)
    #expect(MemoryLayout<ListedEndpoint>.stride == 28)
    #expect(MemoryLayout<IPSetEntry>.stride == 40)
    #expect(MemoryLayout<EndpointInput>.stride == 48)
  }
}
