import Reconciler
import Testing

@testable import Kubernetes

@Suite struct ServiceAnnotationsTests {
  private func annotations(_ values: [String: String], _ transports: PortProtocol...) -> ServiceAnnotations {
    var spec = ServiceSpec()
    spec.ports = (transports.isEmpty ? [.tcp] : transports).map { ServicePort(protocol: $0, port: 80) }
    return ServiceAnnotations(Service(metadata: ObjectMeta(name: "web", annotations: values), spec: spec))
  }

  @Test(arguments: SchedulerAnnotation.known)
  func everySchedulerOfTheKernelIsTaken(_ name: String) {
    let read = annotations([AnnotationName.scheduler: name])
    #expect(read.scheduler == Scheduler(rawValue: name))
    #expect(read.notes == [])
  }

  @Test(arguments: ["new_one", "a", "abcdefghijklm_5"])
  func aSchedulerToComeIsTakenAndTold(_ name: String) {
    let read = annotations([AnnotationName.scheduler: " \(name)\n"])
    #expect(read.scheduler?.rawValue == name)
    #expect(read.notes.map(\.severity) == [.info])
    #expect(
      read.notes.map(\.message) == [
        "\(name) is none of the schedulers of Linux 6.1: the kernel must have ip_vs_\(name)"
      ])
  }

  @Test(arguments: ["", "RR", "round-robin", "rr,wrr", "abcdefghijklmno6", "r r", "ü"])
  func aBadSchedulerLeavesTheNodes(_ name: String) {
    let read = annotations([AnnotationName.scheduler: name, AnnotationName.routerScheduler: "lc"])
    #expect(read.scheduler == nil)
    #expect(read.notes.map(\.severity) == [.warning])
    #expect(read.notes.map(\.field) == ["metadata.annotations[ipvs-proxy.io/scheduler]"])
  }

  @Test func withoutAnnotationsTheNodesSettingsHold() {
    let read = annotations([:])
    #expect(read.scheduler == nil)
    #expect(read.schedulerFlags == [])
    #expect(read.drainBound == nil)
    #expect(annotations(["example.com/scheduler": "lc"]) == read)
  }

  @Test(
    arguments: [
      ("sh", "sh-port", SchedulerFlags.scheduler2), ("sh", "sh-fallback", .scheduler1),
      ("sh", "sh-port, sh-fallback", [.scheduler1, .scheduler2]), ("mh", "mh-port", .scheduler2),
      ("mh", "mh-fallback,mh-port", [.scheduler1, .scheduler2]),
      ("sh", "flag-1,flag-2", [.scheduler1, .scheduler2]),
      ("mh", "flag-2", .scheduler2), ("to_come", "flag-1,flag-3", [.scheduler1, .scheduler3]),
      (nil, "flag-1,flag-2,flag-3", [.scheduler1, .scheduler2, .scheduler3]),
      ("sh", "sh-port,sh-port", .scheduler2),
    ] as [(String?, String, SchedulerFlags)])
  func schedulerFlagsHaveTheWordsOfIpvsadm(_ scheduler: String?, _ text: String, _ flags: SchedulerFlags) {
    var values = [AnnotationName.schedulerFlags: text]
    values[AnnotationName.scheduler] = scheduler
    let read = annotations(values)
    #expect(read.schedulerFlags == flags)
    #expect(read.notes.allSatisfy { $0.severity == .info })
  }

  @Test(
    arguments: [
      ("sh", "mh-port", "mh-port needs ipvs-proxy.io/scheduler: mh; no flag is set"),
      (nil, "sh-port", "sh-port needs ipvs-proxy.io/scheduler: sh; no flag is set"),
      ("rr", "flag-1", "flag-1 means nothing to scheduler rr; no flag is set"),
      ("mh", "mh-port,flag-3", "flag-3 means nothing to scheduler mh; no flag is set"),
      ("sh", "sh-port,ops", "ops is for Services with a UDP port; no flag is set"),
      (
        "sh", "sh-port,",
        "\"\" is not a scheduler flag (flag-1, flag-2, flag-3, mh-fallback, mh-port, ops, sh-fallback, sh-port); no flag is set"
      ),
      (
        "sh", "SH-PORT",
        "\"SH-PORT\" is not a scheduler flag (flag-1, flag-2, flag-3, mh-fallback, mh-port, ops, sh-fallback, sh-port); no flag is set"
      ),
    ] as [(String?, String, String)])
  func oneBadFlagLeavesNone(_ scheduler: String?, _ text: String, _ message: String) {
    var values = [AnnotationName.schedulerFlags: text, AnnotationName.routerSchedulerFlags: "flag-1"]
    values[AnnotationName.scheduler] = scheduler
    let read = annotations(values)
    #expect(read.schedulerFlags == [])
    #expect(read.scheduler?.rawValue == scheduler)
    #expect(read.notes.map(\.message) == [message])
    #expect(read.notes.map(\.severity) == [.warning])
  }

  @Test func onePacketSchedulingIsForUDP() {
    let read = annotations([AnnotationName.schedulerFlags: "ops"], .tcp, .udp)
    #expect(read.schedulerFlags == .onePacket)
    #expect(read.notes == [])
    #expect(annotations([AnnotationName.schedulerFlags: "ops"], .sctp).schedulerFlags == [])
  }

  @Test(arguments: SchedulerAnnotation.knownToRouter)
  func kubeRoutersSchedulersAreRead(_ name: String) {
    #expect(annotations([AnnotationName.routerScheduler: name]).scheduler?.rawValue == name)
  }

  @Test func aSchedulerThatKubeRouterDoesNotHaveIsTold() {
    let read = annotations([AnnotationName.routerScheduler: "wrr"])
    #expect(read.scheduler == nil)
    #expect(read.notes.map(\.field) == ["metadata.annotations[kube-router.io/service.scheduler]"])
    #expect(
      read.notes.map(\.message) == [
        "\"wrr\" is not one of rr, lc, sh, dh, mh: ipvs-proxy.io/scheduler takes every scheduler; the node's scheduler holds"
      ])
  }

  @Test func kubeRoutersFlagsAreReadAndOursWin() {
    let router = [
      AnnotationName.routerScheduler: "mh", AnnotationName.routerSchedulerFlags: "flag-1,flag-2",
    ]
    #expect(annotations(router).scheduler?.rawValue == "mh")
    #expect(annotations(router).schedulerFlags == [.scheduler1, .scheduler2])
    let ours = [AnnotationName.scheduler: "sh", AnnotationName.schedulerFlags: "sh-port"]
    let both = annotations(router.merging(ours) { $1 })
    #expect(both.scheduler?.rawValue == "sh")
    #expect(both.schedulerFlags == .scheduler2)
    #expect(both.notes == [])
  }

  @Test(arguments: [
    ("30s", Duration.seconds(30)), ("5m", .seconds(300)), ("1h30m", .seconds(5400)), ("0s", .zero),
    ("0", .zero),
    ("1.5h", .seconds(5400)), ("250ms", .milliseconds(250)), ("+1m0.5s", .milliseconds(60_500)),
    (".5s", .milliseconds(500)),
    ("1us2ns", .nanoseconds(1002)), ("3\u{B5}s", .microseconds(3)),
    ("0.99999999999999999999s", .nanoseconds(999_999_999)),
    ("2562047h47m16.854775807s", .nanoseconds(Int64.max)),
  ])
  func aDrainTimeoutIsAGoDuration(_ text: String, _ duration: Duration) {
    let read = annotations([AnnotationName.drainTimeout: text])
    #expect(read.drainBound == duration)
    #expect(read.notes == [])
  }

  @Test(arguments: [
    "", "30", "-30s", "s", ".s", "1 m", "5 minutes", "1d", "1h-5m", "1e3s", "forever",
    "2562047h47m16.854775808s",
    "99999999999999999999s", "1.2.3s", "+", "--1s", "٣s",
  ])
  func aBadDrainTimeoutLeavesTheNodes(_ text: String) {
    let read = annotations([AnnotationName.drainTimeout: text])
    #expect(read.drainBound == nil)
    #expect(
      read.notes == [
        ObjectNote(
          .warning, annotation: "ipvs-proxy.io/drain-timeout",
          message: "\"\(text)\" is not a time of 0 or more (30s, 5m, 1h30m): the node's holds")
      ])
  }
}
