/// Reads single objects of a kind, from bytes that hold just one.
struct ObjectDecoder {
  let kind: ResourceKind
  let format: WireFormat

  func object(_ bytes: UnsafeRawBufferPointer) -> Result<DecodedObject, UndecodableObject> {
    switch kind {
    case .service: object(WireService.self, bytes)
    case .endpointSlice: object(WireEndpointSlice.self, bytes)
    case .node: object(WireNode.self, bytes)
    }
  }

  /// Only what identifies the object, and its annotations.
  func header(_ bytes: UnsafeRawBufferPointer) throws(FieldFlaw) -> WireObjectMeta {
    try format.object(WireObjectHeader.self, bytes).metadata
  }

  func version(_ bytes: UnsafeRawBufferPointer) -> Result<ObjectVersion, UndecodableObject> {
    do throws(FieldFlaw) {
      return .success(try version(header(bytes)))
    } catch {
      return .failure(undecodable(error, bytes))
    }
  }

  func undecodable(_ flaw: FieldFlaw, _ bytes: UnsafeRawBufferPointer) -> UndecodableObject {
    undecodable(flaw, WireObjectMeta(salvagedFrom: bytes, format))
  }

  private func object<Message: WireObject>(
    _: Message.Type, _ bytes: UnsafeRawBufferPointer
  ) -> Result<DecodedObject, UndecodableObject> {
    let message: Message
    do throws(FieldFlaw) { message = try format.object(Message.self, bytes) } catch {
      return .failure(undecodable(error, bytes))
    }
    do throws(FieldFlaw) {
      return .success(
        DecodedObject(version: try version(message.metadata), object: try message.validated()))
    } catch {
      return .failure(undecodable(error, message.metadata))
    }
  }

  private func version(_ metadata: WireObjectMeta) throws(FieldFlaw) -> ObjectVersion {
    guard let name = metadata.objectName(kind) else {
      throw FieldFlaw(metadata.name.isEmpty ? "metadata.name" : "metadata.namespace", "is required")
    }
    return ObjectVersion(name: name, resourceVersion: metadata.resourceVersion, uid: metadata.uid)
  }

  private func undecodable(_ flaw: FieldFlaw, _ metadata: WireObjectMeta) -> UndecodableObject {
    UndecodableObject(
      kind: kind, name: metadata.objectName(kind), resourceVersion: metadata.resourceVersion.nonEmpty,
      field: flaw.field, reason: flaw.message)
  }
}
