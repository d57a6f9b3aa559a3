extension Load {
  private static let time: Value = "2026-11-21T02:04:37Z"

  static func uid(_ kind: String, _ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "\(kind)0000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count))
      + digits
  }

  private func labels(_ index: Int) -> Value {
    [
      "app.kubernetes.io/instance": .string(serviceName(index)), "app.kubernetes.io/managed-by": "Helm",
      "app.kubernetes.io/name": .string(serviceName(index)), "helm.sh/chart": "web-1.4.2",
    ]
  }

  /// As after `kubectl apply`, and a controller's status for load balancers.
  func serviceMetadata(_ index: Int, _ spec: Value, _ kind: Kind) -> Value {
    let applied: Value = [
      "apiVersion": "v1", "kind": "Service",
      "metadata": [
        "annotations": [:], "labels": labels(index), "name": .string(serviceName(index)),
        "namespace": .string(namespace(index)),
      ],
      "spec": [
        "clusterIP": spec["clusterIP"], "ports": spec["ports"], "selector": spec["selector"],
        "type": spec["type"],
      ],
    ]
    var managed: [Value] = [
      managedFields("kubectl-client-side-apply", "v1", serviceFields(spec))
    ]
    if kind == .loadBalancer {
      var entry = managedFields(
        "cloud-controller-manager", "v1", ["f:status": ["f:loadBalancer": ["f:ingress": [:]]]])
      entry["subresource"] = "status"
      managed.append(entry)
    }
    return [
      "name": .string(serviceName(index)), "namespace": .string(namespace(index)),
      "uid": .string(Load.uid("a", index)), "labels": labels(index),
      "annotations": [
        "kubectl.kubernetes.io/last-applied-configuration": .string(applied.jsonText + "\n")
      ],
      "managedFields": .array(managed),
    ]
  }

  private func serviceFields(_ spec: Value) -> Value {
    var port: Value = [".": [:], "f:name": [:]]
    if !spec["ports"][0]["nodePort"].isNull { port["f:nodePort"] = [:] }
    for name in ["f:port", "f:protocol", "f:targetPort"] { port[name] = [:] }
    return [
      "f:metadata": [
        "f:annotations": [".": [:], "f:kubectl.kubernetes.io/last-applied-configuration": [:]],
        "f:labels": keys(labels(0)),
      ],
      "f:spec": [
        "f:clusterIP": [:], "f:internalTrafficPolicy": [:],
        "f:ports": [".": [:], "k:{\"port\":80,\"protocol\":\"TCP\"}": port],
        "f:selector": [:], "f:sessionAffinity": [:], "f:type": [:],
      ],
    ]
  }

  /// As the EndpointSlice controller writes it.
  func sliceMetadata(_ index: Int, part: Int, generation: Int) -> Value {
    let labels: Value = .object(
      labels(index).members + [
        Value.Member("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"),
        Value.Member("kubernetes.io/service-name", .string(serviceName(index))),
      ])
    let trigger = "endpoints.kubernetes.io/last-change-trigger-time"
    return [
      "name": .string("\(serviceName(index))-\(part)xk7q"), "generateName": .string("\(serviceName(index))-"),
      "namespace": .string(namespace(index)), "generation": .number(generation), "labels": labels,
      "annotations": .object([Value.Member(trigger, Load.time)]),
      "ownerReferences": [
        [
          "apiVersion": "v1", "kind": "Service", "name": .string(serviceName(index)),
          "uid": .string(Load.uid("a", index)), "controller": true, "blockOwnerDeletion": true,
        ]
      ],
      "managedFields": [
        managedFields(
          "kube-controller-manager", "discovery.k8s.io/v1",
          [
            "f:addressType": [:], "f:endpoints": [:],
            "f:metadata": [
              "f:annotations": [".": [:], "f:endpoints.kubernetes.io/last-change-trigger-time": [:]],
              "f:generateName": [:], "f:labels": keys(labels),
              "f:ownerReferences": [".": [:], "k:{\"uid\":\"\(Load.uid("a", index))\"}": [:]],
            ],
            "f:ports": [:],
          ])
      ],
    ]
  }

  private func managedFields(_ manager: String, _ version: String, _ fields: Value) -> Value {
    [
      "manager": .string(manager), "operation": "Update", "apiVersion": .string(version), "time": Load.time,
      "fieldsType": "FieldsV1", "fieldsV1": fields,
    ]
  }

  private func keys(_ object: Value) -> Value {
    .object([Value.Member(".", [:])] + object.members.map { Value.Member("f:\($0.name)", [:]) })
  }
}
