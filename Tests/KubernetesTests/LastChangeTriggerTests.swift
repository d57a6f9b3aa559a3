import Reconciler
import Testing

@testable import Kubernetes

@Suite struct LastChangeTriggerTests {
  private func trigger(_ text: String?) -> Duration? {
    let name = "endpoints.kubernetes.io/last-change-trigger-time"
    return EndpointSlice(
      metadata: ObjectMeta(
        name: "web-1", labels: ["kubernetes.io/service-name": "web"],
        annotations: text.map { [name: $0] } ?? [:]), addressType: .ipv4
    ).input?.lastChangeTrigger
  }

  @Test func theAnnotationIsReadWithItsFraction() {
    #expect(trigger("2026-11-21T02:25:21Z") == .seconds(1_795_227_921))
    #expect(
      trigger("2026-11-21T02:25:21.25Z") == .seconds(1_795_227_921) + .milliseconds(250))
    #expect(
      trigger("2026-11-21T03:25:21.1234567891+01:00")
        == .seconds(1_795_227_921) + .nanoseconds(123_456_789))
  }

  @Test(arguments: [nil, "", "yesterday", "2026-11-21"]) func withoutATimeThereIsNone(text: String?) {
    #expect(trigger(text) == nil)
  }
}
