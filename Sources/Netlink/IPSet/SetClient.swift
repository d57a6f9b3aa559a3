import Addressing
import CNetlink
import Glibc

/// The kernel's ipsets over one connection.
public final class SetClient {
  private let connection: NetlinkConnection
  private let version: UInt8
  private var revisions: [RevisionKey: UInt8] = [:]

  private struct RevisionKey: Hashable {
    var type: SetType
    var family: IPFamily
  }

  /// Agrees with the kernel on a protocol version: the lowest, which has all that is needed here.
  /// - Parameter connection: a connection of NETLINK_NETFILTER.
  /// - Throws: `refused` when the kernel has no ip_set.
  public init(_ connection: NetlinkConnection) throws(NetlinkError) {
    self.connection = connection
    let lowest = UInt8(IPSET_PROTOCOL_MIN)
    let answer = try connection.ask {
      SetRequest.protocolVersion.encode(into: &$0, protocolVersion: lowest)
    }
    version = max(lowest, try SetContent(answer).minimum)
  }

  /// Makes the sets.
  /// - Returns: one result each, in order: EEXIST where one of that name has other parameters.
  public func create(_ definitions: [SetDefinition]) throws(NetlinkError) -> [RequestResult] {
    var requests: [SetRequest] = []
    for definition in definitions {
      requests.append(.create(definition, revision: try revision(of: definition)))
    }
    return perform(requests)
  }

  /// - Returns: one result each, in order: ENOENT for what isn't there, IPSET_ERR_BUSY for what a rule still names.
  public func destroy(_ names: [String]) -> [RequestResult] { perform(names.map { .destroy(name: $0) }) }

  /// The two sets change names in one step.
  public func swap(_ name: String, _ other: String) -> RequestResult {
    perform([.swap(name, other)]).first ?? .done
  }

  /// All sets, whoever made them.
  public func headers() throws(NetlinkError) -> [SetHeader] {
    try connection.dump([SetHeader]()) {
      SetRequest.listHeaders.encode(into: &$0, protocolVersion: version)
    } each: { (headers, message) throws(NetlinkError) in
      headers.append(try SetHeader(SetContent(message)))
    }
  }

  /// The set's elements, or nil when there is no such set.
  public func elements(of name: String) throws(NetlinkError) -> [SetElement]? {
    try listing(of: name)?.elements
  }

  /// How the set is made and what it holds, or nil when there is no such set.
  public func listing(of name: String) throws(NetlinkError) -> SetListing? {
    do throws(NetlinkError) {
      // Only with NLM_F_ACK does the kernel say that a set is missing.
      return try connection.dump(SetListing(), flags: NLM_F_ACK) {
        SetRequest.list(name: name).encode(into: &$0, protocolVersion: version)
      } each: { (listing, message) throws(NetlinkError) in
        let content = try SetContent(message)
        // The parameters come with the first message only.
        if let definition = try SetDefinition(content) { listing.definition = definition }
        listing.elements.append(contentsOf: content.elements)
      }
    } catch .refused(let errno, _) where errno == ENOENT {
      return nil
    }
  }

  /// Adds the elements, as many in a message as fit; those behind a failing one are left out.
  func fill(_ name: String, _ elements: [SetElement]) -> [RequestResult] {
    let starts = stride(from: 0, to: elements.count, by: SetRequest.elementsPerMessage)
    return perform(
      starts.map {
        .add(Array(elements[$0..<min($0 + SetRequest.elementsPerMessage, elements.count)]), to: name)
      })
  }

  private func perform(_ requests: [SetRequest]) -> [RequestResult] {
    connection.perform(requests.count) { requests[$0].encode(into: &$1, protocolVersion: version) }
  }

  /// What the kernel and every ipset(8) 7.x both know.
  private func revision(of definition: SetDefinition) throws(NetlinkError) -> UInt8 {
    let key = RevisionKey(type: definition.type, family: definition.family)
    if let known = revisions[key] { return known }
    let answer = try SetContent(
      connection.ask {
        SetRequest.type(key.type, family: key.family).encode(into: &$0, protocolVersion: version)
      })
    let revision = max(answer.minimum, min(answer.revision, key.type.highestRevision))
    revisions[key] = revision
    return revision
  }

  // MARK: Elements

  /// Carries out the changes: consecutive ones of the same set and verb in one message. The kernel stops a message at
  /// its first failing element; those behind it are sent again. A set that is full is made anew, larger, and the
  /// additions it refused are sent again (see `grow`).
  /// - Returns: one result each, in order.
  public func apply(_ changes: [SetChange]) -> [RequestResult] {
    var results = [RequestResult](repeating: .done, count: changes.count)
    var start = 0
    while start < changes.count {
      let end = SetChange.endOfRound(changes, from: start)
      perform(SetChange.groups(changes, start..<end), of: changes, pausesWhenFull: true, into: &results)
      let refused = (start..<end).filter { results[$0].refusal?.errno == SetError.hashFull }
      if !refused.isEmpty { makeRoom(for: refused, of: changes, into: &results) }
      start = end
    }
    return results
  }

  private func perform(
    _ groups: [SetGroup], of changes: [SetChange], pausesWhenFull: Bool, into results: inout [RequestResult]
  ) {
    var pending = groups
    while !pending.isEmpty {
      let answers = perform(pending.map { $0.request(of: changes) })
      pending = zip(pending, answers).flatMap {
        $0.take($1, pausesWhenFull: pausesWhenFull, into: &results)
      }
    }
  }

  /// Sends the additions again that full sets have refused, after each of these sets was made larger. Where that
  /// fails the reason is every such addition's result.
  private func makeRoom(
    for refused: [Int], of changes: [SetChange], into results: inout [RequestResult]
  ) {
    for (name, indices) in Dictionary(grouping: refused, by: { changes[$0].set }) {
      let again = indices.map { changes[$0] }
      var outcomes = [RequestResult](repeating: .done, count: again.count)
      do throws(NetlinkError) {
        try grow(name, by: again.count)
        let groups = SetChange.groups(again, again.indices)
        perform(groups, of: again, pausesWhenFull: false, into: &outcomes)
      } catch {
        outcomes = outcomes.map { _ in .failure(error) }
      }
      for (index, outcome) in zip(indices, outcomes) { results[index] = outcome }
    }
  }
}
