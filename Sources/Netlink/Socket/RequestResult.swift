/// What became of one request of a batch.
public enum RequestResult: Hashable, Sendable {
  case done
  /// The kernel answered with an error: the request had no effect (an ipset message: not from its failing line on).
  case refused(Refusal)
  /// The request never reached the kernel.
  case failed(NetlinkError)
  /// It was sent and the answer was lost: nobody knows.
  case unknown(NetlinkError)
}

extension RequestResult {
  /// The kernel's no, where it said no.
  public var refusal: Refusal? {
    if case .refused(let refusal) = self { return refusal }
    return nil
  }

  /// What an error on the way to a request means for it.
  public static func failure(_ error: NetlinkError) -> RequestResult {
    switch error {
    case .refused(let errno, let text): .refused(Refusal(errno: errno, text: text))
    case .answerLost, .malformed: .unknown(error)
    case .systemCall, .dumpInterrupted, .familyMissing: .failed(error)
    }
  }
}

/// The kernel's no to one request.
public struct Refusal: Hashable, Sendable {
  /// Positive; ipset's own numbers begin at 4096.
  public let errno: Int32
  /// The kernel's own words, mostly empty.
  public let text: String
  /// The request's payload where the kernel echoed it (ipset does, with the failing line's number in it).
  public let request: [UInt8]

  public init(errno: Int32, text: String = "", request: [UInt8] = []) {
    self.errno = errno
    self.text = text
    self.request = request
  }
}
