/// The annotations that are read. docs/annotations.md describes each.
enum AnnotationName {
  /// All of ours begin with this.
  static let prefix = "ipvs-proxy.io/"
  static let scheduler = "ipvs-proxy.io/scheduler"
  static let schedulerFlags = "ipvs-proxy.io/scheduler-flags"
  static let drainTimeout = "ipvs-proxy.io/drain-timeout"
  static let weight = "ipvs-proxy.io/weight"

  // kube-router's (https://www.kube-router.io/docs/ipvs/), so that its Services keep their schedulers.
  static let routerScheduler = "kube-router.io/service.scheduler"
  static let routerSchedulerFlags = "kube-router.io/service.schedflags"

  /// What cloud providers read where spec.loadBalancerSourceRanges is empty. kube-proxy never did.
  static let sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges"

  /// Ours, with the kinds of object they belong on.
  static let kinds: [String: [ObjectKind]] = [
    scheduler: [.service], schedulerFlags: [.service], drainTimeout: [.service],
    weight: [.endpointSlice, .pod],
  ]
}

/// A value that an annotation can't have.
struct AnnotationError: Error, Hashable {
  let message: String

  init(_ message: String) { self.message = message }
}
