// k8s.io/api/core/v1/generated.proto: Service.
extension ProtobufMessage {
  static let service = ProtobufMessage(
    .always(1, "metadata", .message(objectMeta)),
    .always(2, "spec", .message(serviceSpec)),
    .always(3, "status", .message(serviceStatus)))

  private static let serviceSpec = ProtobufMessage(
    .repeated(1, "ports", .message(servicePort)),
    .ifSet(2, "selector", .texts),
    .always(3, "clusterIP", .string),
    .always(4, "type", .string),
    .repeated(5, "externalIPs", .string),
    .always(7, "sessionAffinity", .string),
    .always(8, "loadBalancerIP", .string),
    .repeated(9, "loadBalancerSourceRanges", .string),
    .always(10, "externalName", .string),
    .always(11, "externalTrafficPolicy", .string),
    .always(12, "healthCheckNodePort", .integer),
    .always(13, "publishNotReadyAddresses", .bool),
    .ifSet(14, "sessionAffinityConfig", .message(sessionAffinityConfig)),
    .ifSet(17, "ipFamilyPolicy", .string),
    .repeated(18, "clusterIPs", .string),
    .repeated(19, "ipFamilies", .string),
    .ifSet(20, "allocateLoadBalancerNodePorts", .bool),
    .ifSet(21, "loadBalancerClass", .string),
    .ifSet(22, "internalTrafficPolicy", .string),
    .ifSet(23, "trafficDistribution", .string))

  private static let servicePort = ProtobufMessage(
    .always(1, "name", .string),
    .always(2, "protocol", .string),
    .always(3, "port", .integer),
    .always(4, "targetPort", .integerOrString),
    .always(5, "nodePort", .integer),
    .ifSet(6, "appProtocol", .string))

  private static let sessionAffinityConfig = ProtobufMessage(
    .ifSet(1, "clientIP", .message(ProtobufMessage(.ifSet(1, "timeoutSeconds", .integer)))))

  private static let serviceStatus = ProtobufMessage(
    .always(1, "loadBalancer", .message(loadBalancerStatus)))

  private static let loadBalancerStatus = ProtobufMessage(
    .repeated(1, "ingress", .message(loadBalancerIngress)))

  private static let loadBalancerIngress = ProtobufMessage(
    .always(1, "ip", .string),
    .always(2, "hostname", .string),
    .ifSet(3, "ipMode", .string))
}
