extension EndpointSlice {
  /// When what caused the slice's last change happened, since 1970: the EndpointSlice controller writes it down for
  /// proxies to measure themselves by. Nil without it, and for text that is no RFC 3339 time: nothing but a
  /// measurement depends on it.
  var lastChangeTrigger: Duration? {
    guard let text = metadata.annotations["endpoints.kubernetes.io/last-change-trigger-time"],
      let seconds = Timestamp.seconds(text)
    else { return nil }
    return .seconds(seconds) + .nanoseconds(Self.nanoseconds(text))
  }

  /// The fraction of a valid RFC 3339 time; digits past the ninth are dropped.
  private static func nanoseconds(_ text: String) -> Int64 {
    guard let point = text.firstIndex(of: ".") else { return 0 }
    let digits = text[text.index(after: point)...].prefix { $0.isWholeNumber }.prefix(9)
    let padded = digits + String(repeating: "0", count: 9 - digits.count)
    return Int64(padded) ?? 0
  }
}
