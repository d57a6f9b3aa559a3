/// `--proxy-mode` and the config file's `mode`: there is one, and both are heeded so that nobody runs this program for
/// another.
enum ProxyMode {
  static let ipvs = "ipvs"

  /// What to tell someone who wants another mode, after its name; nil for ipvs, and for the empty mode, which is
  /// nobody's choice.
  static func refusal(of mode: String) -> String? {
    switch mode {
    case ipvs, "": nil
    case "iptables", "nftables":
      "is not for this program: it only does ipvs. For \(mode), run kube-proxy --proxy-mode=\(mode)"
    case "kernelspace", "userspace":
      "is not for this program: it only does ipvs, on Linux. Use --mode ipvs"
    default: "is unknown. Use --mode ipvs"
    }
  }
}
