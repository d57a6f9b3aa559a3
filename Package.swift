// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode comes with the tools version; warnings are errors, in our code only.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// Imports point downward only; the order below is the order of the layers.
let package = Package(
  name: "ipvs-proxy",
  products: [
    .executable(name: "ipvs-proxy", targets: ["IpvsProxy"]),
    // For Benchmarks/ only: everything from the core down to bytes, over a kernel that counts.
    .library(
      name: "BenchmarkSupport",
      targets: ["LinuxNode", "Netlink", "Reconciler", "TransportFakes", "KernelFakes", "Addressing"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    // Without its traits: they would bring in full Foundation and swift-configuration.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "IpvsProxy",
      dependencies: [
        "ProxyConfiguration", "KubernetesClient", "Endpoints", "Monitoring",
        "Kubernetes", "LinuxNode", "NodeCheck", "Iptables", "Reconciler", "Addressing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "ProxyConfiguration",
      dependencies: ["Addressing", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Endpoints",
      dependencies: [
        "Monitoring", "Reconciler", "Addressing",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(name: "Monitoring", dependencies: ["Reconciler", "Addressing"], swiftSettings: strict),
    .target(
      name: "KubernetesClient",
      dependencies: [
        "KubernetesWire", "Kubernetes", "Reconciler", "Addressing",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "KubernetesWire",
      dependencies: [
        "Kubernetes", "Addressing", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema"],
      swiftSettings: strict),
    .target(
      name: "Kubernetes",
      dependencies: ["Reconciler", "Addressing", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "LinuxNode",
      dependencies: [
        "Netlink", "NodeCheck", "Iptables", "Reconciler", "Addressing",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .target(name: "NodeCheck", dependencies: ["Iptables", "Addressing"], swiftSettings: strict),
    .target(name: "Iptables", dependencies: ["Addressing"], swiftSettings: strict),
    .target(name: "Netlink", dependencies: ["CNetlink", "Addressing"], swiftSettings: strict),
    .systemLibrary(
      name: "CNetlink",
      pkgConfig: "libnl-genl-3.0",
      providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev"])]),
    .target(
      name: "Reconciler",
      dependencies: [
        "Addressing",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(name: "Addressing", swiftSettings: strict),

    // Test doubles. KernelFakes needs no libnl, so that the core is tested without it.
    .target(
      name: "KernelFakes", dependencies: ["Reconciler", "Addressing"],
      path: "Tests/NetlinkFakes/KernelFakes", swiftSettings: strict),
    .target(
      name: "TransportFakes", dependencies: ["Netlink", "CNetlink", "Addressing"],
      path: "Tests/NetlinkFakes/TransportFakes", swiftSettings: strict),

    // An API server that behaves as the recorded one does, and misbehaves on demand.
    .target(
      name: "APIServerFake",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      path: "Tests/APIServerFake",
      resources: [.copy("Fixtures")], swiftSettings: strict),
    // The same in a process of its own, for kernel tests, benchmarks and trying things out.
    .executableTarget(
      name: "fake-api-server",
      dependencies: [
        "APIServerFake", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/FakeAPIServer", swiftSettings: strict),
    .testTarget(
      name: "APIServerFakeTests",
      dependencies: [
        "APIServerFake",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),

    .testTarget(name: "AddressingTests", dependencies: ["Addressing"], swiftSettings: strict),
    .testTarget(
      name: "ReconcilerTests", dependencies: ["Reconciler", "KernelFakes", "Addressing"],
      swiftSettings: strict),
    .testTarget(
      name: "NetlinkTests", dependencies: ["Netlink", "TransportFakes", "Addressing"],
      swiftSettings: strict),
    .testTarget(
      name: "NodeCheckTests", dependencies: ["NodeCheck", "Iptables", "Addressing"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(name: "IptablesTests", dependencies: ["Iptables", "Addressing"], swiftSettings: strict),
    .testTarget(
      name: "LinuxNodeTests",
      dependencies: [
        "LinuxNode", "NodeCheck", "TransportFakes", "Netlink", "Iptables", "Reconciler", "Addressing",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "KubernetesTests", dependencies: ["Kubernetes", "Reconciler", "Addressing"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "KubernetesWireTests", dependencies: ["KubernetesWire", "Kubernetes"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "KubernetesClientTests",
      dependencies: [
        "KubernetesClient", "KubernetesWire", "Kubernetes", "APIServerFake", "KernelFakes", "Reconciler",
        "Addressing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "ProxyConfigurationTests", dependencies: ["ProxyConfiguration", "Addressing"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "MonitoringTests", dependencies: ["Monitoring", "Reconciler", "Addressing"],
      resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(
      name: "EndpointsTests",
      dependencies: [
        "Endpoints", "Monitoring", "KernelFakes", "Reconciler", "Addressing",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IpvsProxyTests",
      dependencies: [
        "IpvsProxy", "ProxyConfiguration", "KubernetesClient", "KubernetesWire", "Monitoring", "KernelFakes",
        "Kubernetes", "LinuxNode", "NodeCheck", "Iptables", "Reconciler", "Addressing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // deploy/ as it lies in the repository: whether its parts fit each other.
    .testTarget(
      name: "DeployTests", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .target(name: "CNamespace", path: "Tests/CNamespace"),
    // On a real kernel, as root, in network namespaces: `make test-kernel`. Never part of the unit run.
    .testTarget(
      name: "KernelTests",
      dependencies: [
        "LinuxNode", "KernelFakes", "CNamespace", "Netlink", "Iptables", "Reconciler", "Addressing",
      ],
      resources: [.copy("Conformance"), .copy("Cluster/Fixtures")],
      swiftSettings: strict),
  ]
)
