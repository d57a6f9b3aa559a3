/// A body that can't be read on: what came before it holds, the rest is lost.
public struct WireError: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The body ends in the middle of something.
    case truncated
    /// The bytes are not what the format says.
    case malformed
    /// An object or a frame is larger than `WireLimits` allows.
    case tooLarge
    /// The body holds something else than asked for.
    case unexpectedContent
  }

  public let kind: Kind
  /// Counted from 0, from the body's start: where it was noticed.
  public let offset: Int
  public let message: String

  init(_ kind: Kind, at offset: Int, _ message: String) {
    self.kind = kind
    self.offset = offset
    self.message = message
  }
}

extension WireError: CustomStringConvertible {
  /// "byte 1234: the body ends in the middle of an object".
  public var description: String { "byte \(offset): \(message)" }
}

public enum WireLimits {
  /// Bytes of one object in a list, or of one event of a watch. etcd takes 1.5 MiB by default, so this is generous; it
  /// bounds the memory that a broken length can claim.
  public static let largestObject = 16 * 1024 * 1024
}
