import CNetlink
import Netlink

/// Answers as the kernel frames them.
enum Frame {
  static func message(
    type: UInt16, flags: Int32 = 0, to request: RequestHeader, payload: [UInt8]
  ) -> [UInt8] {
    var builder = MessageBuilder(capacity: payload.count + 32)
    builder.put(UInt32(payload.count + 16))
    builder.put(type)
    builder.put(UInt16(flags))
    builder.put(request.sequence)
    builder.put(request.port)
    builder.append(payload)
    while builder.count % 4 != 0 { builder.put(UInt8(0)) }
    return builder.bytes
  }

  /// NLMSG_ERROR without echo; errno 0 is an acknowledgement.
  static func error(_ errno: Int32, to request: RequestHeader) -> [UInt8] {
    var builder = MessageBuilder(capacity: 64)
    builder.put(-errno)
    builder.append(request.bytes)
    return message(
      type: UInt16(NLMSG_ERROR), flags: Int32(NLM_F_CAPPED), to: request, payload: builder.bytes)
  }

  /// ipset's own error: the whole request, with the failing line's number over its first IPSET_ATTR_LINENO.
  static func setError(_ errno: Int32, line: UInt32, request: [UInt8], header: RequestHeader) -> [UInt8] {
    var echo = request
    var position = 20
    while position + 8 <= echo.count {
      let word = echo.word(at: position)
      if Int(word >> 16 & 0x3FFF) == IPSET_ATTR_LINENO {
        echo.set(line.bigEndian, at: position + 4)
        break
      }
      position += max(4, (Int(word & 0xFFFF) + 3) & ~3)
    }
    var builder = MessageBuilder(capacity: echo.count + 16)
    builder.put(-errno)
    builder.append(echo)
    return message(type: UInt16(NLMSG_ERROR), to: header, payload: builder.bytes)
  }

  static func done(to request: RequestHeader) -> [UInt8] {
    message(type: UInt16(NLMSG_DONE), flags: NLM_F_MULTI, to: request, payload: [0, 0, 0, 0])
  }

  /// What a request of ours looks like from its type on: the kernel's answers have the same payloads.
  static func payload(_ encode: (inout MessageBuilder) -> Void) -> [UInt8] {
    var builder = MessageBuilder(capacity: 1024)
    encode(&builder)
    return Array(builder.bytes.dropFirst(16))
  }
}

/// struct nlmsghdr of a request.
struct RequestHeader {
  let bytes: [UInt8]
  var type: UInt16 { UInt16(truncatingIfNeeded: bytes.word(at: 4)) }
  var flags: Int32 { Int32(bytes.word(at: 4) >> 16) }
  var sequence: UInt32 { bytes.word(at: 8) }
  var port: UInt32 { bytes.word(at: 12) }

  init(_ message: [UInt8]) { bytes = Array(message.prefix(16)) }
}
