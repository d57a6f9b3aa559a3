import CNetlink

/// The kernel's answer to one request: NLMSG_ERROR with 0 for success, or an error number (struct nlmsgerr).
public struct ErrorAnswer {
  /// Positive; 0 for success.
  public let errno: Int32
  /// The kernel's own words (NLMSGERR_ATTR_MSG), mostly empty.
  public let text: String
  /// The request's payload as echoed, without its header; empty when it was left out (NLM_F_CAPPED) and for success.
  public let request: [UInt8]

  init(_ message: Message) throws(NetlinkError) {
    let number: Int32 = try message.integer(at: 0)
    errno = number == .min ? .max : abs(number)
    let header = CNL_NLMSG_HDRLEN
    guard errno != 0, message.count >= 4 + header else {
      (text, request) = ("", [])
      return
    }
    let echoed: UInt32 = try message.integer(at: 4)
    let isCapped = message.has(NLM_F_CAPPED)
    let attributesAt = isCapped ? 4 + header : 4 + (Int(echoed) + 3) & ~3
    // ipset echoes by itself, without flags; the length of the answer says whether the echo is there.
    request =
      !isCapped && Int(echoed) >= header && message.count >= 4 + Int(echoed)
      ? Array(message.payload[(4 + header)..<(4 + Int(echoed))]) : []
    var text = ""
    if message.has(NLM_F_ACK_TLVS), attributesAt <= message.count {
      var attributes = try message.attributes(after: attributesAt)
      while let attribute = try attributes.next() {
        if attribute.type == Int(NLMSGERR_ATTR_MSG.rawValue) { text = attribute.string() }
      }
    }
    self.text = text
  }
}
