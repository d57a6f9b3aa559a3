extension ClusterAccess {
  /// Whether the address is the pods' own way to the API server: a virtual IP that works only once a service proxy
  /// serves it, and that this process therefore can't rely on.
  public var mayNeedItself: Bool { origin == .serviceAccount }

  /// Asks the API server once, to find out before the start whether it can be reached at all.
  ///
  /// A service proxy with a pod's configuration waits for ever: the address that it was given is one that it would have
  /// to serve first. (While kube-proxy's virtual servers are still in the kernel it works; after a reboot it doesn't.)
  /// Any answer counts as reached, a refusal too.
  ///
  /// - Parameters:
  ///   - transport: The way to this API server.
  ///   - timeLimit: For connecting, and for the answer: to a server that all nodes come back to at once, a handshake
  ///     takes seconds.
  /// - Throws: AccessError that says what to mount, if the address is a pod's and nobody answers there. Whatever else
  ///   goes wrong may pass, and is left to the retries.
  public func requireReachable(
    over transport: some APITransport, within timeLimit: Duration = .seconds(10)
  ) async throws(AccessError) {
    guard mayNeedItself else { return }
    do {
      _ = try await transport.send(APIRequest(.get, "/version", idleTimeout: timeLimit))
    } catch {
      guard error.kind == .unreachable || error.kind == .timeout else { return }
      throw AccessError(field: "KUBERNETES_SERVICE_HOST", needsRealAddress(reason: error.message))
    }
  }

  private func needsRealAddress(reason: String) -> String {
    """
    the API server doesn't answer at \(server) (\(reason)). This is the address for pods, a virtual IP that a service \
    proxy has to serve, and this is the service proxy: it needs the API server's real address. Give --kubeconfig with \
    that address as server (kubeadm has such a file in the ConfigMap kube-system/kube-proxy, key kubeconfig.conf), or \
    set KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT to the real address in the DaemonSet
    """
  }
}
