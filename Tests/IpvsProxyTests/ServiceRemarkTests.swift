import Addressing
import Glibc
import Kubernetes
import KubernetesClient
import KubernetesWire
import Testing

@testable import IpvsProxy
@testable import Reconciler

/// What Services' owners are told as Events.
@Suite struct ServiceRemarkTests {
  private let service = ServiceKey(namespace: "default", name: "web")

  private func failure(attempts: Int, service: ServiceKey?) -> CoreEvent {
    let id = VirtualServerID(IPAddress(ipv4: 0x0A60_0001), port: 80, transport: .tcp)
    return .operationFailed(
      Failure(
        object: .virtualServer(id), operation: .addVirtualServer(VirtualServer(id)),
        error: KernelError(.ipvs, errno: ENOENT, object: "ipvsadm -A -t 10.96.0.1:80 -s foo"),
        service: service, attempts: attempts, due: .zero))
  }

  @Test func aFailureIsToldOnceWhenItHasLasted() throws {
    let told = (1...10).compactMap { ServiceRemark(failure(attempts: $0, service: service)) }
    let remark = try #require(told.first)
    #expect(told.count == 1)
    #expect(remark.service == service)
    #expect(remark.reason == "ProgrammingFailed")
    #expect(remark.note.contains("ipvsadm -A -t 10.96.0.1:80 -s foo: No such file or directory"))
  }

  @Test func aFailureOfNoServiceIsNobodysEvent() {
    #expect(ServiceRemark(failure(attempts: ServiceRemark.patience, service: nil)) == nil)
  }

  @Test func aFieldWithoutEffectIsToldOnItsService() {
    let name = ObjectName(namespace: "default", name: "web")
    let field = "metadata.annotations[ipvs-proxy.io/scheduler]"
    #expect(
      ServiceRemark(.note(.service, name, .warning, field: field, message: "foo is no scheduler"))
        == ServiceRemark(
          service: service, reason: "FieldIgnored", action: "Read", note: "\(field): foo is no scheduler"))
    #expect(ServiceRemark(.note(.node, name, .warning, field: field, message: "no")) == nil)
  }
}
