// k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto and runtime/generated.proto.
extension ProtobufMessage {
  static let objectMeta = ProtobufMessage(
    .always(1, "name", .string),
    .always(2, "generateName", .string),
    .always(3, "namespace", .string),
    .always(4, "selfLink", .string),
    .always(5, "uid", .string),
    .always(6, "resourceVersion", .string),
    .always(7, "generation", .integer),
    .always(8, "creationTimestamp", .time),
    .ifSet(9, "deletionTimestamp", .time),
    .ifSet(10, "deletionGracePeriodSeconds", .integer),
    .ifSet(11, "labels", .texts),
    .ifSet(12, "annotations", .texts),
    .repeated(13, "ownerReferences", .message(ownerReference)),
    .repeated(14, "finalizers", .string),
    .repeated(17, "managedFields", .message(managedFieldsEntry)))

  private static let ownerReference = ProtobufMessage(
    .always(1, "kind", .string),
    .always(3, "name", .string),
    .always(4, "uid", .string),
    .always(5, "apiVersion", .string),
    .ifSet(6, "controller", .bool),
    .ifSet(7, "blockOwnerDeletion", .bool))

  private static let managedFieldsEntry = ProtobufMessage(
    .always(1, "manager", .string),
    .always(2, "operation", .string),
    .always(3, "apiVersion", .string),
    .ifSet(4, "time", .time),
    .always(6, "fieldsType", .string),
    .ifSet(7, "fieldsV1", .rawJSON),
    .always(8, "subresource", .string))

  static let listMeta = ProtobufMessage(
    .always(1, "selfLink", .string),
    .always(2, "resourceVersion", .string),
    .always(3, "continue", .string),
    .ifSet(4, "remainingItemCount", .integer))

  static let status = ProtobufMessage(
    .always(1, "metadata", .message(listMeta)),
    .always(2, "status", .string),
    .always(3, "message", .string),
    .always(4, "reason", .string),
    .ifSet(5, "details", .message(statusDetails)),
    .always(6, "code", .integer))

  private static let statusDetails = ProtobufMessage(
    .always(1, "name", .string),
    .always(2, "group", .string),
    .always(3, "kind", .string),
    .repeated(4, "causes", .message(statusCause)),
    .always(5, "retryAfterSeconds", .integer),
    .always(6, "uid", .string))

  private static let statusCause = ProtobufMessage(
    .always(1, "reason", .string),
    .always(2, "message", .string),
    .always(3, "field", .string))

  /// TypeMeta of runtime.Unknown.
  static let typeMeta = ProtobufMessage(
    .always(1, "apiVersion", .string),
    .always(2, "kind", .string))
}
