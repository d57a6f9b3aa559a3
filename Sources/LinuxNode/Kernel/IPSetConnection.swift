import Netlink

/// ipset over one socket, on a thread of its own.
actor IPSetConnection {
  private nonisolated let thread = KernelThread(name: "netlink-ipset")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<SetClient>

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      try SetClient(NetlinkConnection(try transport(.netfilter)))
    }
  }

  /// All sets, whoever made them.
  func headers() throws(NetlinkError) -> [SetHeader] {
    try client.with { (client) throws(NetlinkError) in try client.headers() }
  }

  func create(_ definitions: [SetDefinition]) throws(NetlinkError) -> [RequestResult] {
    try client.with { (client) throws(NetlinkError) in try client.create(definitions) }
  }

  func destroy(_ names: [String]) -> [RequestResult] { client.batch(names.count) { $0.destroy(names) } }

  /// The set's elements, or nil when there is no such set.
  func elements(of name: String) throws(NetlinkError) -> [SetElement]? {
    try client.with { (client) throws(NetlinkError) in try client.elements(of: name) }
  }

  func apply(_ changes: [SetChange]) -> [RequestResult] {
    client.batch(changes.count) { $0.apply(changes) }
  }
}
