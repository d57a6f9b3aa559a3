import Netlink

/// nftables over one socket, on a thread of its own: where the kernel loads the module first, nothing else waits.
actor NFTablesConnection {
  private nonisolated let thread = KernelThread(name: "netlink-nft")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<NFTablesClient>

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      NFTablesClient(NetlinkConnection(try transport(.netfilter)))
    }
  }

  func generation() throws(NetlinkError) -> RulesetGeneration {
    try client.with { (client) throws(NetlinkError) in try client.generation() }
  }
}
