import Addressing
import Reconciler

/// Values of the annotations that set scheduler flags, in the words of ipvsadm(8).
enum SchedulerFlagsAnnotation {
  private struct Word {
    let flag: SchedulerFlags
    /// Nil when it isn't tied to one scheduler.
    let scheduler: String?
  }

  private static let words: [String: Word] = [
    "sh-fallback": Word(flag: .scheduler1, scheduler: "sh"),
    "sh-port": Word(flag: .scheduler2, scheduler: "sh"),
    "mh-fallback": Word(flag: .scheduler1, scheduler: "mh"),
    "mh-port": Word(flag: .scheduler2, scheduler: "mh"),
    "flag-1": Word(flag: .scheduler1, scheduler: nil),
    "flag-2": Word(flag: .scheduler2, scheduler: nil),
    "flag-3": Word(flag: .scheduler3, scheduler: nil),
    "ops": Word(flag: .onePacket, scheduler: nil),
  ]

  /// All flags of a list separated by commas, or none: half of a list is nobody's wish. `scheduler` is the Service's
  /// own, nil when it has the node's, which isn't known here.
  static func flags(
    _ text: String, scheduler: Scheduler?, transports: [TransportProtocol]
  ) throws(AnnotationError) -> SchedulerFlags {
    var flags: SchedulerFlags = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = trimmed(part)
      guard let word = words[name] else {
        throw AnnotationError(
          "\"\(Field.shortened(name))\" is not a scheduler flag (\(words.keys.sorted().joined(separator: ", ")))"
        )
      }
      try check(name, word, scheduler, transports)
      flags.insert(word.flag)
    }
    return flags
  }

  private static func check(
    _ name: String, _ word: Word, _ scheduler: Scheduler?, _ transports: [TransportProtocol]
  ) throws(AnnotationError) {
    if word.flag == .onePacket {
      guard transports.contains(.udp) else { throw AnnotationError("ops is for Services with a UDP port") }
    } else if let owner = word.scheduler {
      guard scheduler?.rawValue == owner else {
        throw AnnotationError("\(name) needs \(AnnotationName.scheduler): \(owner)")
      }
    } else if let scheduler, SchedulerAnnotation.isKnown(scheduler) {
      // Of the kernel's own schedulers, sh and mh have two flags each, the others none.
      let hasMeaning = ["sh", "mh"].contains(scheduler.rawValue) && word.flag != .scheduler3
      guard hasMeaning else { throw AnnotationError("\(name) means nothing to scheduler \(scheduler)") }
    }
  }
}

/// Without white space at both ends.
func trimmed(_ text: some StringProtocol) -> String {
  String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
}
