/// What somebody presses.
public enum Key: Hashable, Sendable {
  case character(Character)
  case up, down, pageUp, pageDown, home, end
}

/// Bytes of a terminal to keys: ASCII, and the sequences of xterm and the Linux console. Others are left out.
public struct KeyDecoder: Sendable {
  private static let escape: UInt8 = 0x1B
  /// Behind "ESC [" and "ESC O".
  private static let sequences: [String: Key] = [
    "A": .up, "B": .down, "H": .home, "F": .end, "5~": .pageUp, "6~": .pageDown, "1~": .home, "4~": .end,
    "7~": .home, "8~": .end,
  ]

  /// A sequence whose end hasn't come yet.
  private var pending: [UInt8] = []

  public init() {}

  /// - Parameter bytes: what has come; a sequence may be cut anywhere.
  /// - Returns: the keys that it ends.
  public mutating func keys(in bytes: some Sequence<UInt8>) -> [Key] { bytes.compactMap { key(endedBy: $0) } }

  private mutating func key(endedBy byte: UInt8) -> Key? {
    if byte == Self.escape {
      pending = [byte]
      return nil
    }
    guard !pending.isEmpty else {
      return (0x20..<0x7F).contains(byte) ? .character(Character(Unicode.Scalar(byte))) : nil
    }
    pending.append(byte)
    if pending.count == 2, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") { return nil }
    // Parameters go on until a final byte (ECMA-48, 5.4).
    if pending.count > 2, !(0x40...0x7E).contains(byte), pending.count < 16 { return nil }
    defer { pending = [] }
    return pending.count > 2 ? Self.sequences[String(decoding: pending.dropFirst(2), as: UTF8.self)] : nil
  }
}
