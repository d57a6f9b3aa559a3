extension NodeConfiguration {
  /// What the operator may want of the kernel beyond what Services can't do without. The defaults are kube-proxy's.
  public struct KernelSettings: Hashable, Sendable {
    /// Answer ARP only on the interface that has the address, which load balancers that announce addresses by ARP
    /// need; false leaves the kernel's values alone.
    public var strictARP: Bool
    public var ipvsTimeouts: IPVSTimeouts
    public var conntrack: Conntrack

    public init(
      strictARP: Bool = false, ipvsTimeouts: IPVSTimeouts = IPVSTimeouts(),
      conntrack: Conntrack = Conntrack()
    ) {
      self.strictARP = strictARP
      self.ipvsTimeouts = ipvsTimeouts
      self.conntrack = conntrack
    }

    /// After how much silence IPVS forgets a connection. Zero keeps the kernel's value (900, 120 and 300 s if nobody
    /// changed them); parts of a second count as a whole one.
    public struct IPVSTimeouts: Hashable, Sendable {
      public var tcp: Duration
      /// After the first FIN.
      public var tcpFin: Duration
      public var udp: Duration

      public init(tcp: Duration = .zero, tcpFin: Duration = .zero, udp: Duration = .zero) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
      }
    }

    /// Connection tracking (nf_conntrack-sysctl.rst). Zero leaves a value alone.
    public struct Conntrack: Hashable, Sendable {
      /// Tracked connections per CPU core; 0 leaves the table's size alone, whatever `minimum` says.
      public var maximumPerCore: Int
      /// Tracked connections however few the cores.
      public var minimum: Int
      public var tcpEstablishedTimeout: Duration
      public var tcpCloseWaitTimeout: Duration
      /// Take packets out of the window as part of their connection; false leaves the kernel's value alone.
      public var tcpBeLiberal: Bool
      public var udpTimeout: Duration
      /// For UDP flows that have been answered.
      public var udpStreamTimeout: Duration

      public init(
        maximumPerCore: Int = 32768, minimum: Int = 131072, tcpEstablishedTimeout: Duration = .seconds(86400),
        tcpCloseWaitTimeout: Duration = .seconds(3600), tcpBeLiberal: Bool = false,
        udpTimeout: Duration = .zero, udpStreamTimeout: Duration = .zero
      ) {
        self.maximumPerCore = maximumPerCore
        self.minimum = minimum
        self.tcpEstablishedTimeout = tcpEstablishedTimeout
        self.tcpCloseWaitTimeout = tcpCloseWaitTimeout
        self.tcpBeLiberal = tcpBeLiberal
        self.udpTimeout = udpTimeout
        self.udpStreamTimeout = udpStreamTimeout
      }
    }
  }
}

extension Duration {
  /// As the kernel's timeouts are set: whole seconds, parts rounded up; nil for none.
  public var wholeSeconds: Int64? {
    guard self > .zero else { return nil }
    let (seconds, attoseconds) = components
    return attoseconds > 0 ? seconds + 1 : seconds
  }
}
