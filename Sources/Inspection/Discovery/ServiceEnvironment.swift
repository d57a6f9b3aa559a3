/// The variables by which a container finds the Services of its namespace
/// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables; kubelet's envvars.go).
public enum ServiceEnvironment {
  /// "NAME=value" for each, in the order of the Services: HOST and PORT, then those of Docker's links.
  ///
  /// A Service whose name can't be a variable's, or without a port, has none, as in kubelet.
  public static func lines(_ services: [ServiceStatus]) -> [String] { services.flatMap(lines) }

  private static func lines(_ service: ServiceStatus) -> [String] {
    let prefix = variable(service.name)
    guard let address = service.clusterIPs.first, let first = service.ports.first, isName(prefix) else {
      return []
    }
    var lines = ["\(prefix)_SERVICE_HOST=\(address)", "\(prefix)_SERVICE_PORT=\(first.port)"]
    for port in service.ports where !port.name.isEmpty {
      lines.append("\(prefix)_SERVICE_PORT_\(variable(port.name))=\(port.port)")
    }
    for (index, port) in service.ports.enumerated() {
      let url = "\(port.transport)://\(hostPort(address, port.port))"
      let link = "\(prefix)_PORT_\(port.port)_\(port.transport.uppercased())"
      if index == 0 { lines.append("\(prefix)_PORT=\(url)") }
      lines += [
        "\(link)=\(url)", "\(link)_PROTO=\(port.transport)", "\(link)_PORT=\(port.port)",
        "\(link)_ADDR=\(address)",
      ]
    }
    return lines
  }

  private static func variable(_ name: String) -> String {
    name.uppercased().replacing("-", with: "_")
  }

  /// POSIX, section 3.216: letters, digits and underscores, no digit first.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return text.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
  }
}
