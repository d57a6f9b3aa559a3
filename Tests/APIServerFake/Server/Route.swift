/// What a path stands for.
enum Route: Sendable, Hashable {
  case version
  case health
  case collection(Resource, namespace: String?)
  case object(ObjectKey)
  /// Events of core/v1 ("") or events.k8s.io/v1; with a name for PATCH.
  case events(group: String, namespace: String, name: String?)
  case unknown

  init(_ path: [String], personality: Personality) {
    switch path.first {
    case "version" where path.count == 1: self = .version
    case "healthz", "livez", "readyz": self = .health
    case "api" where path.dropFirst().first == "v1":
      self = Route(group: "", Array(path.dropFirst(2)), personality)
    case "apis" where path.count > 3 && path[2] == "v1":
      self = Route(group: path[1], Array(path.dropFirst(3)), personality)
    default: self = .unknown
    }
  }

  private init(group: String, _ rest: [String], _ personality: Personality) {
    self = .unknown
    let isNamespaced = rest.first == "namespaces" && rest.count >= 3
    let namespace = isNamespaced ? rest[1] : nil
    let place = isNamespaced ? Array(rest.dropFirst(2)) : rest
    if place.first == "events", let namespace, group.isEmpty || group == "events.k8s.io" {
      guard group.isEmpty || personality.hasNewEvents, place.count <= 2 else { return }
      self = .events(group: group, namespace: namespace, name: place.count == 2 ? place[1] : nil)
      return
    }
    guard let resource = place.first.flatMap(Resource.init(rawValue:)), resource.group == group,
      resource != .endpointSlices || personality.hasEndpointSlices
    else { return }
    switch place.count {
    case 1: self = .collection(resource, namespace: namespace)
    case 2: self = .object(ObjectKey(resource, place[1], namespace: namespace ?? ""))
    default: return
    }
  }

  var resource: Resource? {
    switch self {
    case .collection(let resource, _): resource
    case .object(let key): key.resource
    case .version, .health, .events, .unknown: nil
    }
  }
}
