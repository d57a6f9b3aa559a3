extension ClusterAccess {
  /// Where the kubelet puts a pod's service account.
  static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The way to the API server, from what the operator gave: a kubeconfig, an address, or (with neither) the service
  /// account of the pod, as kube-proxy has it.
  ///
  /// - Parameters:
  ///   - kubeconfig: The path of a kubeconfig; empty or nil for none. `KUBECONFIG` is not looked at.
  ///   - master: Goes before the kubeconfig's address; empty or nil for none.
  ///   - host: The machine.
  /// - Returns: A value in which files are named and not yet read.
  /// - Throws: AccessError.
  public static func resolve(
    kubeconfig: String?, master: String?, host: HostAccess = .live
  ) throws(AccessError) -> ClusterAccess {
    let master = master.flatMap { $0.isEmpty ? nil : $0 }
    if let path = kubeconfig, !path.isEmpty {
      let bytes: [UInt8]
      do { bytes = try host.readFile(path) } catch {
        throw AccessError(file: path, "can't read the kubeconfig: \(error)")
      }
      var resolver = KubeconfigResolver(
        path: path, kubeconfig: try Kubeconfig.parse(bytes, path: path), master: master)
      return try resolver.resolve()
    }
    if let master {
      return ClusterAccess(
        origin: .addressOnly, server: try serverAddress(master: master, usesTLS: false),
        warnings: ["--master without --kubeconfig: requests carry no credentials"])
    }
    return try serviceAccount(host)
  }

  static func serverAddress(master: String, usesTLS: Bool) throws(AccessError) -> ServerAddress {
    guard let address = ServerAddress(master, encryptedByDefault: usesTLS) else {
      throw AccessError(field: "--master", "\"\(master)\" is not an address like https://10.0.0.1:6443")
    }
    return address
  }

  /// As a pod is told: by environment variables and mounted files (client-go `rest.InClusterConfig`).
  private static func serviceAccount(_ host: HostAccess) throws(AccessError) -> ClusterAccess {
    guard let name = host.environment("KUBERNETES_SERVICE_HOST"), !name.isEmpty,
      let portText = host.environment("KUBERNETES_SERVICE_PORT"), !portText.isEmpty
    else {
      throw AccessError(
        "no way to the API server is known: give --kubeconfig, as this process doesn't run in a pod "
          + "(KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set)")
    }
    guard let port = Int(portText), (1...65_535).contains(port) else {
      throw AccessError(field: "KUBERNETES_SERVICE_PORT", "\"\(portText)\" is not a port (1-65535)")
    }
    let token = CredentialItem(field: "service account token", source: .file("\(serviceAccountFolder)/token"))
    let authority = CredentialItem(
      field: "service account authority", source: .file("\(serviceAccountFolder)/ca.crt"))
    return ClusterAccess(
      origin: .serviceAccount, server: ServerAddress(host: name, port: port), certificateAuthority: authority,
      authentication: .tokenFile(token, fallback: nil))
  }
}
