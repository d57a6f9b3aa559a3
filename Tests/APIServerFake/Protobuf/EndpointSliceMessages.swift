// k8s.io/api/discovery/v1/generated.proto.
extension ProtobufMessage {
  static let endpointSlice = ProtobufMessage(
    .always(1, "metadata", .message(objectMeta)),
    .repeated(2, "endpoints", .message(endpoint)),
    .repeated(3, "ports", .message(endpointPort)),
    .always(4, "addressType", .string))

  private static let endpoint = ProtobufMessage(
    .repeated(1, "addresses", .string),
    .always(2, "conditions", .message(endpointConditions)),
    .ifSet(3, "hostname", .string),
    .ifSet(4, "targetRef", .message(objectReference)),
    .ifSet(5, "deprecatedTopology", .texts),
    .ifSet(6, "nodeName", .string),
    .ifSet(7, "zone", .string),
    .ifSet(8, "hints", .message(endpointHints)))

  private static let endpointConditions = ProtobufMessage(
    .ifSet(1, "ready", .bool),
    .ifSet(2, "serving", .bool),
    .ifSet(3, "terminating", .bool))

  private static let endpointHints = ProtobufMessage(
    .repeated(1, "forZones", .message(ProtobufMessage(.always(1, "name", .string)))),
    .repeated(2, "forNodes", .message(ProtobufMessage(.always(1, "name", .string)))))

  private static let endpointPort = ProtobufMessage(
    .ifSet(1, "name", .string),
    .ifSet(2, "protocol", .string),
    .ifSet(3, "port", .integer),
    .ifSet(4, "appProtocol", .string))

  /// core/v1.ObjectReference
  private static let objectReference = ProtobufMessage(
    .always(1, "kind", .string),
    .always(2, "namespace", .string),
    .always(3, "name", .string),
    .always(4, "uid", .string),
    .always(5, "apiVersion", .string),
    .always(6, "resourceVersion", .string),
    .always(7, "fieldPath", .string))
}
