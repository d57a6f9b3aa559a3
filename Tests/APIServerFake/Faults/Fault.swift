/// One way to misbehave, for the requests it is meant for.
public struct Fault: Sendable, Hashable {
  public enum Effect: Sendable, Hashable {
    /// An answer with this status instead, with a metav1.Status as body.
    case status(Int, retryAfterSeconds: Int? = nil)
    /// A proxy's answer: this status with a page in HTML.
    case page(Int)
    /// Takes the request and says nothing.
    case neverAnswer
    /// Takes the request and hangs up.
    case hangUp
    /// Hangs up after this many bytes of the body, wherever that is.
    case cut(afterBytes: Int)
    /// Sends the body in pieces of this many bytes, with a pause after each.
    case slow(bytes: Int, pause: Duration)
    /// A watch answers 200, then tells an ERROR event with code 410 and ends.
    case expired
    /// A list with a page's token answers 410, as after a compaction.
    case expiredContinue
    /// Bytes that are neither JSON nor protobuf, as the body.
    case garbage
  }

  public enum Verb: String, Sendable, Hashable, CaseIterable {
    case list, watch, get, post, patch
  }

  public var effect: Effect
  /// Nil for all.
  public var resource: Resource?
  /// Nil for all.
  public var verb: Verb?
  /// So many requests that it is meant for pass unharmed first.
  public var skips: Int
  /// So many requests are harmed then; nil for all until the fault is taken away.
  public var times: Int?

  public init(
    _ effect: Effect, of verb: Verb? = nil, _ resource: Resource? = nil, skips: Int = 0, times: Int? = nil
  ) {
    self.effect = effect
    self.verb = verb
    self.resource = resource
    self.skips = skips
    self.times = times
  }

  func isMeant(for verb: Verb, _ resource: Resource?) -> Bool {
    (self.verb == nil || self.verb == verb) && (self.resource == nil || self.resource == resource)
  }
}
