import Durations
import Reconciler

/// What a Service's annotations ask of its virtual servers. A value that can't be had is as if it weren't there, and
/// noted.
struct ServiceAnnotations: Equatable {
  /// Nil leaves the node's.
  private(set) var scheduler: Scheduler?
  private(set) var schedulerFlags: SchedulerFlags = []
  /// Nil leaves the node's.
  private(set) var drainBound: Duration?
  private(set) var notes: [ObjectNote] = []

  init(_ service: Service) {
    let annotations = service.metadata.annotations
    // Most Services have none, and every load asks.
    guard !annotations.isEmpty else { return }
    readScheduler(annotations)
    readFlags(service)
    if let text = annotations[AnnotationName.drainTimeout] {
      drainBound = GoDuration.parse(trimmed(text)).flatMap { $0 < .zero ? nil : $0 }
      if drainBound == nil {
        refuse(
          AnnotationName.drainTimeout,
          "\"\(Field.shortened(text))\" is not a time of 0 or more (30s, 5m, 1h30m): the node's holds")
      }
    }
    noteSourceRanges(service)
  }

  private mutating func readScheduler(_ annotations: [String: String]) {
    // Ours wins even when its value is bad: then the node's scheduler holds, not one that somebody meant to replace.
    let name =
      annotations[AnnotationName.scheduler] == nil
      ? AnnotationName.routerScheduler : AnnotationName.scheduler
    guard let text = annotations[name].map({ trimmed($0) }) else { return }
    do throws(AnnotationError) {
      let wanted =
        name == AnnotationName.scheduler
        ? try SchedulerAnnotation.scheduler(text) : try SchedulerAnnotation.routerScheduler(text)
      scheduler = wanted
      if !SchedulerAnnotation.isKnown(wanted) {
        notes.append(
          ObjectNote(
            .info, annotation: name,
            message: "\(wanted) is none of the schedulers of Linux 6.1: the kernel must have ip_vs_\(wanted)")
        )
      }
    } catch {
      refuse(name, "\(error.message); the node's scheduler holds")
    }
  }

  private mutating func readFlags(_ service: Service) {
    let annotations = service.metadata.annotations
    let name =
      annotations[AnnotationName.schedulerFlags] == nil
      ? AnnotationName.routerSchedulerFlags : AnnotationName.schedulerFlags
    guard let text = annotations[name] else { return }
    do throws(AnnotationError) {
      schedulerFlags = try SchedulerFlagsAnnotation.flags(
        text, scheduler: scheduler, transports: service.spec.ports.map(\.protocol.transport))
    } catch {
      refuse(name, "\(error.message); no flag is set")
    }
  }

  /// Whoever set it believes that it keeps clients out.
  private mutating func noteSourceRanges(_ service: Service) {
    guard service.spec.type == .loadBalancer, service.spec.loadBalancerSourceRanges.isEmpty,
      service.metadata.annotations[AnnotationName.sourceRanges] != nil
    else { return }
    refuse(
      AnnotationName.sourceRanges,
      "is for cloud providers and restricts nobody here: use spec.loadBalancerSourceRanges")
  }

  private mutating func refuse(_ name: String, _ message: String) {
    notes.append(ObjectNote(.warning, annotation: name, message: message))
  }
}

extension Service {
  /// What is to be told about it beyond misplaced annotations.
  var notes: [ObjectNote] { ServiceAnnotations(self).notes + unservedIngressNotes }
}
