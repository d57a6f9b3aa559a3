import Glibc

/// What can go wrong between a request and its answer.
public enum NetlinkError: Error, Hashable, Sendable {
  /// A system call failed; the request did not reach the kernel. `errno` is positive.
  case systemCall(String, errno: Int32)
  /// The kernel refused. `errno` is positive; ipset has numbers of its own from 4096 on. `text` is the kernel's own
  /// explanation (NETLINK_EXT_ACK), often empty.
  case refused(errno: Int32, text: String)
  /// The request was sent and its answer was lost: ENOBUFS (the receive buffer overflowed) or ETIMEDOUT. Nobody
  /// knows whether it took effect.
  case answerLost(errno: Int32)
  /// The kernel's tables changed under a dump each time it was tried (NLM_F_DUMP_INTR).
  case dumpInterrupted
  /// The kernel has no generic netlink family of this name: its module is missing.
  case familyMissing(String)
  /// Bytes that don't make a message.
  case malformed(String)

  /// The kernel's error number, or 0 where there is none.
  public var errno: Int32 {
    switch self {
    case .systemCall(_, let errno), .refused(let errno, _), .answerLost(let errno): errno
    case .familyMissing: ENOENT
    case .dumpInterrupted, .malformed: 0
    }
  }

  /// Whether the socket should be opened anew: what it will say next can't be told.
  public var isFatalForSocket: Bool {
    switch self {
    // Behind a lost answer there may be more of it: the kernel refuses a dump (EBUSY) while another is unread.
    case .systemCall, .malformed, .answerLost: true
    case .refused, .dumpInterrupted, .familyMissing: false
    }
  }
}

extension NetlinkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .systemCall(let call, let errno): "\(call) failed with errno \(errno)"
    case .refused(let errno, let text):
      text.isEmpty ? "refused with errno \(errno)" : "refused with errno \(errno): \(text)"
    case .answerLost(let errno): "the kernel's answer was lost (errno \(errno))"
    case .dumpInterrupted: "the kernel's tables kept changing while they were read"
    case .familyMissing(let name): "the kernel has no netlink family \(name)"
    case .malformed(let what): "malformed netlink message: \(what)"
    }
  }
}
