extension ObjectKey {
  /// Reads kind, namespace and name of an object.
  public init(of object: Value) throws(ObjectError) {
    let kind = object["kind"].string ?? ""
    guard let resource = Resource(kind: kind) else { throw .unknownKind(kind) }
    guard let name = object["metadata"]["name"].string else { throw .withoutName(kind: kind) }
    let namespace = object["metadata"]["namespace"].string
    guard !resource.isNamespaced || namespace != nil else {
      throw .withoutNamespace(kind: kind, name: name)
    }
    self.init(resource, name, namespace: namespace ?? "")
  }
}

extension ObjectStore {
  /// The order of metadata's members in JSON (metav1.ObjectMeta).
  private static let order = [
    "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences",
    "finalizers", "managedFields",
  ]

  /// The object with the metadata that a server adds, its members in the order a server writes them.
  func complete(_ object: Value, before: StoredObject?, revision: Int64) -> Value {
    var given = object["metadata"]
    let old = before?.value["metadata"] ?? .null
    given["resourceVersion"] = .text(revision)
    if given["uid"].isNull { given["uid"] = old["uid"].isNull ? .string(newUID()) : old["uid"] }
    if given["creationTimestamp"].isNull {
      given["creationTimestamp"] =
        old["creationTimestamp"].isNull ? .string(Timestamp.now) : old["creationTimestamp"]
    }
    var metadata: [Value.Member] = []
    let empty: [Value] = [.null, "", [], [:]]
    for name in ObjectStore.order where !empty.contains(given[name]) {
      metadata.append(Value.Member(name, given[name]))
    }
    var complete: Value = ["metadata": .object(metadata)]
    for member in object.members where !["metadata", "kind", "apiVersion"].contains(member.name) {
      complete = .object(complete.members + [member])
    }
    return complete
  }

  /// Shaped like a random UUID (RFC 9562 version 4), and the same in every run.
  private func newUID() -> String {
    let digits = String(revision + 1, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}
