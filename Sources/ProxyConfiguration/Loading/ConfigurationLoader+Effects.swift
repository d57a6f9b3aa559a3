extension ConfigurationLoader {
  mutating func checkMode() {
    guard let mode = given["proxy-mode"] else { return }
    if let refusal = ProxyMode.refusal(of: mode.value.description) {
      let remedy = mode.isFromFile ? "; to serve ipvs all the same, add the flag --mode ipvs" : ""
      refuse("\(mode.place) \(mode.value)", refusal + remedy)
    } else if mode.value.isZero {
      tell(.info, "\(mode.place) is empty, which is iptables to kube-proxy: this program serves ipvs")
    }
  }

  /// As kube-proxy has it (OPT:addressFromDeprecatedFlags): 0 switches the server off, any other port is for an address
  /// that has none.
  mutating func applyDeprecatedPorts() {
    applyDeprecatedPort("healthz-port", "healthz-bind-address", \.health.healthzBindAddress)
    applyDeprecatedPort("metrics-port", "metrics-bind-address", \.health.metricsBindAddress)
  }

  private mutating func applyDeprecatedPort(
    _ flag: String, _ address: String, _ place: WritableKeyPath<ProxyConfiguration, ListenAddress?>
  ) {
    guard let port = given[flag], case .integer(let number) = port.value, let number = UInt16(exactly: number)
    else { return }
    if number == 0 {
      replace(place, with: nil)
    } else if let address = given[address], let parts = ListenAddress.Parts(address.value.description),
      let host = parts.address, parts.port == nil
    {
      replace(place, with: ListenAddress(host, port: number))
    } else {
      tell(.warning, "\(port.place) has no effect, as in kube-proxy: --\(address) has a port already")
    }
  }

  /// Each once: what is given for nothing, and what should be given in another way.
  mutating func tellOfEffects() {
    for setting in Settings.all {
      guard let given = given[setting.id] else { continue }
      switch setting.effect {
      case .none(let reason) where given.value != setting.binding.get(defaults):
        tell(.info, "\(given.place) has no effect: \(reason)")
      case .deprecated(let replacement):
        tell(.warning, "\(given.place) is deprecated: use \(replacement)")
      case .inForce, .none: break
      }
    }
    let gates = configuration.process.featureGates.keys.filter { $0 != ProxyConfiguration.externalIPsGate }
    if let place = given["feature-gates"]?.place, !gates.isEmpty {
      tell(.info, "\(place): without effect here: \(gates.sorted().joined(separator: ", "))")
    }
  }
}
