import Addressing

/// The steps of a plan. A step starts when the one before it has been answered; within a step the objects are
/// independent of each other. Removal mirrors addition, so that a record is there for as long as what it records.
public enum PlanStep: Int, CaseIterable, Sendable, Comparable {
  case addMembers, changeServers, addAddresses, removeAddresses, removeServers, removeMembers

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What to do to the kernel: a value that can be printed, counted and compared.
public struct Plan: Equatable, Sendable {
  private var steps: [[Operation]] = Array(repeating: [], count: PlanStep.allCases.count)
  /// Which virtual servers, added or removed in this plan, a member records; once or more often each.
  private(set) var records: [Record] = []

  struct Record: Hashable, Sendable {
    let entry: IPSetEntry
    let id: VirtualServerID
  }

  public init() {}

  public subscript(step: PlanStep) -> [Operation] { steps[step.rawValue] }

  mutating func append(_ operation: Operation, to step: PlanStep) {
    steps[step.rawValue].append(operation)
    count += 1
  }

  /// Makes room for as many operations on virtual and real servers.
  mutating func reserve(_ messages: Int) {
    steps[PlanStep.changeServers.rawValue].reserveCapacity(messages)
  }

  mutating func record(_ id: VirtualServerID, by entry: IPSetEntry) {
    records.append(Record(entry: entry, id: id))
  }

  /// In the order in which they are carried out.
  public var operations: [Operation] { steps.flatMap { $0 } }
  public private(set) var count = 0
  /// How many messages to the kernel, roughly: members share theirs, and a member takes it a twentieth of the time that
  /// a virtual or a real server does.
  var messages: Int { count - self[.addMembers].count - self[.removeMembers].count }
  public var isEmpty: Bool { count == 0 }
}

extension Plan {
  /// The same object can come up twice, with its virtual server and by itself: it stays where it came first. Members that
  /// exempt go in before those that restrict, and out after them; those of one set stand together, for they share a
  /// message.
  mutating func arrange() {
    for step in PlanStep.allCases where step != .changeServers && self[step].count > 1 {
      var seen = Set<ObjectID>(minimumCapacity: self[step].count)
      steps[step.rawValue].removeAll { !seen.insert($0.object).inserted }
    }
    steps[PlanStep.addMembers.rawValue] = Self.bySet(self[.addMembers])
    steps[PlanStep.removeMembers.rawValue] = Self.bySet(self[.removeMembers]).reversed()
    count = steps.reduce(0) { $0 + $1.count }
  }

  private static func bySet(_ operations: [Operation]) -> [Operation] {
    guard operations.count > 1 else { return operations }
    var bySet: [IPSetID: [Operation]] = [:]
    for operation in operations {
      guard case .member(let entry) = operation.object else { continue }
      bySet[entry.set, default: []].append(operation)
    }
    return bySet.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}

extension Plan: CustomStringConvertible {
  /// One operation a line, in the words of ipvsadm, ipset and ip.
  public var description: String { operations.map(\.description).joined(separator: "\n") }
}

/// What a failed operation keeps from being done in the same plan: nothing is added that could not be recorded, and no
/// record goes while what it records is still there.
struct Blocks {
  private let records: [Plan.Record]
  /// Made of the records when something fails: mostly nothing does.
  private var recorded: [IPSetEntry: Set<VirtualServerID>]?
  /// Without the record that they need: not to be added, and not to lose another that they have.
  private var unrecorded: Set<VirtualServerID> = []
  /// Not there though they should be, or still there though they should not.
  private var servers: Set<VirtualServerID> = []
  private var addresses: Set<IPAddress> = []

  init(_ plan: Plan) { records = plan.records }

  /// While nothing has failed.
  var isEmpty: Bool { recorded == nil }

  mutating func note(failed operation: Operation) {
    if recorded == nil {
      recorded = Dictionary(grouping: records, by: \.entry).mapValues { Set($0.map(\.id)) }
    }
    switch operation {
    case .addMember(let entry):
      unrecorded.formUnion(recorded?[entry] ?? [])
      if let address = entry.recordedAddress { addresses.insert(address) }
    case .addVirtualServer(let server): servers.insert(server.id)
    case .removeVirtualServer(let id): servers.insert(id)
    case .removeAddress(let address): addresses.insert(address)
    default: break
    }
  }

  func block(_ operation: Operation) -> Bool {
    guard let recorded else { return false }
    return switch operation {
    case .addVirtualServer(let server): unrecorded.contains(server.id)
    case .addRealServer(_, let id), .updateRealServer(_, let id), .removeRealServer(_, let id):
      servers.contains(id)
    case .addAddress(let address): addresses.contains(address)
    case .removeMember(let entry):
      !servers.union(unrecorded).isDisjoint(with: recorded[entry] ?? [])
        || entry.recordedAddress.map(addresses.contains) ?? false
    default: false
    }
  }
}
