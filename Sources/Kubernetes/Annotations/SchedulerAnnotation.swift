import Reconciler

/// Values of the annotations that choose a scheduler.
enum SchedulerAnnotation {
  /// The schedulers of Linux 6.1 (net/netfilter/ipvs).
  static let known = [
    "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh", "fo", "ovf", "twos",
  ]
  /// Those that kube-router takes.
  static let knownToRouter = ["rr", "lc", "sh", "dh", "mh"]

  static func isKnown(_ scheduler: Scheduler) -> Bool { known.contains(scheduler.rawValue) }

  /// Any name that the kernel could take: IP_VS_SCHEDNAME_MAXLEN of linux/ip_vs.h is 16, with the final zero byte.
  static func scheduler(_ text: String) throws(AnnotationError) -> Scheduler {
    let isName = (1...15).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
    guard isName else {
      throw AnnotationError(
        "\"\(Field.shortened(text))\" is not a scheduler's name (at most 15 of a-z, 0-9 and \"_\", such as rr)"
      )
    }
    return Scheduler(rawValue: text)
  }

  static func routerScheduler(_ text: String) throws(AnnotationError) -> Scheduler {
    guard knownToRouter.contains(text) else {
      let names = knownToRouter.joined(separator: ", ")
      throw AnnotationError(
        "\"\(Field.shortened(text))\" is not one of \(names): \(AnnotationName.scheduler) takes every scheduler"
      )
    }
    return Scheduler(rawValue: text)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
