extension Field {
  /// `metadata` of an object of this kind.
  func objectMeta(_ kind: ObjectKind) throws(FieldError) -> ObjectMeta {
    let metadata = try field("metadata")
    let nameField = try metadata.field("name")
    let name = try nameField.requiredText()
    let isValid = kind == .service ? ObjectNames.isLabel(name) : ObjectNames.isSubdomain(name)
    guard isValid else {
      throw nameField.error("\"\(Self.shortened(name))\" is not a DNS name (a-z, 0-9 and \"-\")")
    }
    return ObjectMeta(
      name: name,
      namespace: kind.isNamespaced ? try metadata.namespace() : nil,
      uid: try metadata.field("uid").text(),
      creationTimestamp: try metadata.field("creationTimestamp").timestamp(),
      deletionTimestamp: try metadata.field("deletionTimestamp").timestamp(),
      labels: try metadata.field("labels").stringMap(),
      annotations: try metadata.field("annotations").stringMap())
  }

  private func namespace() throws(FieldError) -> String {
    let namespace = try field("namespace")
    guard let name = try namespace.text() else { return "default" }
    guard ObjectNames.isLabel(name) else {
      throw namespace.error("\"\(Self.shortened(name))\" is not a DNS label (a-z, 0-9 and \"-\")")
    }
    return name
  }

  /// The object's identity as far as it can be read, for messages and to find its last good version.
  func objectID(_ kind: ObjectKind) -> ObjectID? {
    guard let metadata = try? field("metadata"), let name = try? metadata.field("name").text() else {
      return nil
    }
    let namespace = (try? metadata.field("namespace").text()) ?? "default"
    return ObjectID(kind, namespace: namespace, name: name)
  }
}
