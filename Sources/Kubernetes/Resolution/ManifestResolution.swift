import Addressing
import Reconciler

/// The objects in force with addresses and ports allocated, and what could not be had.
struct ManifestResolution {
  private(set) var entries: [ObjectsInForce.Entry]
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var allocations: [ServiceKey: ServiceAllocation] = [:]
  private(set) var records: [ServiceKey: AllocationRecord] = [:]

  /// A Service that asks for what another has falls back to its last good version; without one that can be had, it is
  /// left out.
  init(
    _ inForce: ObjectsInForce, lastGood: [String: [ManifestObject]], records: [ServiceKey: AllocationRecord],
    configuration: AllocationConfiguration
  ) {
    entries = inForce.entries
    var fallbacks: [ObjectID: ManifestObject] = [:]
    for object in lastGood.sorted(by: { $0.key < $1.key }).flatMap(\.value) { fallbacks[object.id] = object }
    var failed: Set<ServiceKey> = []
    while true {
      let outcome = Allocator.allocate(
        entries.compactMap(\.placed.object.service), records: records, configuration: configuration,
        keepsUnknown: !inForce.isWhole)
      allocations = outcome.allocations
      self.records = outcome.records
      // Each Service changes at most once and goes at most once, so this ends.
      guard settle(outcome.errors, &failed, fallbacks) else { return }
    }
  }

  /// Replaces or drops Services that failed; false when nothing changed, so that the outcome holds.
  private mutating func settle(
    _ errors: [ServiceKey: AllocationError], _ failed: inout Set<ServiceKey>,
    _ fallbacks: [ObjectID: ManifestObject]
  ) -> Bool {
    var changed = false
    var kept: [ObjectsInForce.Entry] = []
    for entry in entries {
      guard case .service(let service) = entry.placed.object, let error = errors[service.key] else {
        kept.append(entry)
        continue
      }
      guard failed.insert(service.key).inserted else {
        // Its last good version can't be had either.
        changed = true
        continue
      }
      diagnostics.append(Self.diagnostic(error, entry))
      guard let fallback = fallbacks[entry.placed.object.id], fallback != entry.placed.object else {
        kept.append(entry)
        continue
      }
      changed = true
      kept.append(
        ObjectsInForce.Entry(
          placed: PlacedObject(object: fallback, line: entry.placed.line), file: entry.file, isLastGood: true)
      )
    }
    entries = kept
    return changed
  }

  private static func diagnostic(_ error: AllocationError, _ entry: ObjectsInForce.Entry) -> Diagnostic {
    Diagnostic(
      .error, file: entry.file, line: entry.isLastGood ? nil : entry.placed.line,
      object: entry.placed.object.id.description, field: error.field, message: error.message)
  }

  /// What to keep as last good, by file: Services that got no address have no good version.
  var lastGood: [String: [ManifestObject]] {
    var result: [String: [ManifestObject]] = [:]
    for entry in entries where hasAllocation(entry.placed.object) {
      result[entry.file, default: []].append(entry.placed.object)
    }
    return result
  }

  private func hasAllocation(_ object: ManifestObject) -> Bool {
    guard case .service(let service) = object, service.hasClusterIPs else { return true }
    return allocations[service.key] != nil
  }

  var snapshot: ManifestSnapshot {
    ManifestSnapshot(
      entries.map { entry in
        guard case .service(var service) = entry.placed.object, let allocation = allocations[service.key]
        else {
          return entry.placed.object
        }
        service.fill(allocation)
        return .service(service)
      })
  }
}

extension ManifestObject {
  fileprivate var service: Service? {
    if case .service(let service) = self { return service }
    return nil
  }
}

extension Service {
  /// Puts allocated addresses and node ports where the API server would.
  fileprivate mutating func fill(_ allocation: ServiceAllocation) {
    spec.clusterIPs = allocation.clusterIPs.map(\.description)
    spec.clusterIP = spec.clusterIPs.first
    for (index, nodePort) in allocation.nodePorts.enumerated() where nodePort != 0 {
      spec.ports[index].nodePort = nodePort
    }
    if allocation.healthCheckNodePort != 0 { spec.healthCheckNodePort = allocation.healthCheckNodePort }
  }
}
