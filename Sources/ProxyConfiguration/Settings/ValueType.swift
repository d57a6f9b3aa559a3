/// What a setting's value looks like. The raw values are the words of kube-proxy's own help.
public enum ValueType: String, Sendable, Hashable {
  case bool
  case string
  /// Comma-separated; given again, it adds.
  case strings
  case int32
  case float32
  /// Go's notation.
  case duration
  /// An IP address.
  case ip
  /// See ListenAddress.Parts.
  case ipPort = "ipport"
  case featureGates = "mapStringBool"
  /// A whole number from 0 on.
  case level = "Level"
  case pattern = "pattern=N,..."
  /// Bytes, as Kubernetes writes quantities: "0", "64Ki".
  case quantity
  case proxyMode = "ProxyMode"
  case localMode = "LocalMode"
  case version = "version[=true|raw|vX.Y.Z]"

  /// Whether the flag may stand without a value, and so never takes the next word for one.
  var isSwitch: Bool { self == .bool || self == .version }
}
