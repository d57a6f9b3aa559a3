// k8s.io/api/core/v1/generated.proto: Node, without images, volumes and configuration sources.
extension ProtobufMessage {
  static let node = ProtobufMessage(
    .always(1, "metadata", .message(objectMeta)),
    .always(2, "spec", .message(nodeSpec)),
    .always(3, "status", .message(nodeStatus)))

  private static let nodeSpec = ProtobufMessage(
    .always(1, "podCIDR", .string),
    .always(2, "externalID", .string),
    .always(3, "providerID", .string),
    .always(4, "unschedulable", .bool),
    .repeated(5, "taints", .message(taint)),
    .repeated(7, "podCIDRs", .string))

  private static let taint = ProtobufMessage(
    .always(1, "key", .string),
    .always(2, "value", .string),
    .always(3, "effect", .string),
    .ifSet(4, "timeAdded", .time))

  private static let nodeStatus = ProtobufMessage(
    .ifSet(1, "capacity", .quantities),
    .ifSet(2, "allocatable", .quantities),
    .always(3, "phase", .string),
    .repeated(4, "conditions", .message(nodeCondition)),
    .repeated(5, "addresses", .message(nodeAddress)),
    .always(6, "daemonEndpoints", .message(daemonEndpoints)),
    .always(7, "nodeInfo", .message(nodeInfo)))

  private static let nodeCondition = ProtobufMessage(
    .always(1, "type", .string),
    .always(2, "status", .string),
    .always(3, "lastHeartbeatTime", .time),
    .always(4, "lastTransitionTime", .time),
    .always(5, "reason", .string),
    .always(6, "message", .string))

  private static let nodeAddress = ProtobufMessage(
    .always(1, "type", .string),
    .always(2, "address", .string))

  private static let daemonEndpoints = ProtobufMessage(
    .always(1, "kubeletEndpoint", .message(ProtobufMessage(.always(1, "Port", .integer)))))

  private static let nodeInfo = ProtobufMessage(
    .always(1, "machineID", .string),
    .always(2, "systemUUID", .string),
    .always(3, "bootID", .string),
    .always(4, "kernelVersion", .string),
    .always(5, "osImage", .string),
    .always(6, "containerRuntimeVersion", .string),
    .always(7, "kubeletVersion", .string),
    .always(8, "kubeProxyVersion", .string),
    .always(9, "operatingSystem", .string),
    .always(10, "architecture", .string))
}
