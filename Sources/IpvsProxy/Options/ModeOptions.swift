import ArgumentParser

/// `--mode`: there is one, and the flag exists so that nobody starts this program for another.
struct ModeOptions: ParsableArguments {
  @Option(
    name: [.customLong("mode"), .customLong("proxy-mode")],
    help: "How Services are made to work; ipvs is the only mode there is.")
  var mode = "ipvs"

  func validate() throws {
    if let refusal = Self.refusal(of: mode) { throw ValidationError(refusal) }
  }

  /// What to tell someone who wants another mode; nil for ipvs.
  static func refusal(of mode: String) -> String? {
    switch mode {
    case "ipvs": nil
    case "iptables", "nftables":
      "--mode \(mode) is not for this program: it only does ipvs. For \(mode), run kube-proxy --proxy-mode=\(mode)."
    case "kernelspace", "userspace":
      "--mode \(mode) is not for this program: it only does ipvs, on Linux. Use --mode ipvs."
    default: "--mode \(mode) is unknown. Use --mode ipvs."
    }
  }
}
