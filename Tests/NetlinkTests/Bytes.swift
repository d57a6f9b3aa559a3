import Netlink

/// Bytes of hexadecimal digits; white space is left out.
func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The message without what differs from run to run: flags, sequence number and port.
func body(_ message: [UInt8]) -> [UInt8] {
  var message = message
  for offset in 6..<min(16, message.count) { message[offset] = 0 }
  return message
}

func encoded(_ encode: (inout MessageBuilder) -> Void) -> [UInt8] {
  var builder = MessageBuilder(capacity: 16)
  encode(&builder)
  return builder.bytes
}

/// The messages of a datagram.
func messages(_ bytes: [UInt8]) throws -> [Message] {
  var reader = MessageReader(bytes)
  var all: [Message] = []
  while let message = try reader.next() { all.append(message) }
  return all
}

func flags(_ message: [UInt8]) -> UInt16 { UInt16(message[6]) | UInt16(message[7]) << 8 }
