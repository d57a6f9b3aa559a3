// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode comes with the tools version; warnings are errors, in our code only.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Each function can be left out by the linker, or made one with others like it.
  .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
]

/// Nothing is loaded into the program, so nothing has to find its symbols: their names are a tenth of it. Functions with
/// the same code are one, except where an address is taken.
let small: [LinkerSetting] = [
  .unsafeFlags(
    ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe"],
    .when(platforms: [.linux], configuration: .release))
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
    // Likewise: from an API server's bytes to objects.
    .library(name: "ListBenchmarkSupport", targets: ["KubernetesWire", "Kubernetes"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
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
        "ProxyConfiguration", "KubernetesClient", "AdminClient", "Endpoints", "LiveTraffic", "Terminal",
        "Inspection", "Monitoring", "Kubernetes", "LinuxNode", "NodeCheck", "Iptables", "Reconciler",
        "Addressing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict,
      linkerSettings: small),
    .target(
      name: "ProxyConfiguration",
      dependencies: ["YAML", "Durations", "Addressing"], swiftSettings: strict),
    .target(
      name: "AdminClient",
      dependencies: [
        "Inspection",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "Endpoints",
      dependencies: [
        "Inspection", "Monitoring", "Reconciler", "Addressing",
        // Its server only: the framework above it would be a thirtieth of the program.
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(
      name: "LiveTraffic", dependencies: ["Terminal", "Inspection", "Reconciler"], swiftSettings: strict),
    .target(name: "Terminal", swiftSettings: strict),
    .target(
      name: "Inspection", dependencies: ["Iptables", "Reconciler", "Addressing"], swiftSettings: strict),
    .target(name: "Monitoring", dependencies: ["Reconciler", "Addressing"], swiftSettings: strict),
    .target(
      name: "KubernetesClient",
      dependencies: [
        "KubernetesWire", "Kubernetes", "YAML", "Reconciler", "Addressing",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
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
      name: "Kubernetes", dependencies: ["YAML", "Durations", "Reconciler", "Addressing"],
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
    // Own, for Yams needs full Foundation: half of the program would be ICU, which nothing here uses.
    .target(name: "YAML", dependencies: ["CLibYAML"], swiftSettings: strict),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Durations", swiftSettings: strict),
    .target(name: "Addressing", swiftSettings: strict),

    .target(name: "SeededGenerator", path: "Tests/SeededGenerator", swiftSettings: strict),
    // Test doubles. KernelFakes needs no libnl, so that the core is tested without it.
    .target(
      name: "KernelFakes", dependencies: ["SeededGenerator", "Reconciler", "Addressing"],
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
    // What people see, without a kernel: a process that answers on its admin socket, and `top` over counters that grow by
    // themselves (scripts/test-screens).
    .executableTarget(
      name: "fake-proxy",
      dependencies: [
        "Endpoints", "LiveTraffic", "Terminal", "Inspection", "Monitoring", "NodeCheck", "KernelFakes",
        "Reconciler", "Addressing", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/FakeProxy", exclude: ["Golden"], swiftSettings: strict),
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

    .testTarget(name: "YAMLTests", dependencies: ["YAML", "SeededGenerator"], swiftSettings: strict),
    .testTarget(name: "AddressingTests", dependencies: ["Addressing"], swiftSettings: strict),
    .testTarget(
      name: "ReconcilerTests",
      dependencies: ["Reconciler", "KernelFakes", "SeededGenerator", "Addressing"],
      swiftSettings: strict),
    .testTarget(
      name: "InspectionTests",
      dependencies: [
        "Inspection", "KernelFakes", "SeededGenerator", "Iptables", "Reconciler", "Addressing",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LiveTrafficTests",
      dependencies: ["LiveTraffic", "Terminal", "Inspection", "Reconciler", "Addressing"],
      swiftSettings: strict),
    .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: strict),
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
      name: "KubernetesTests",
      dependencies: ["Kubernetes", "SeededGenerator", "Reconciler", "Addressing"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "KubernetesWireTests", dependencies: ["KubernetesWire", "Kubernetes", "SeededGenerator"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "KubernetesClientTests",
      dependencies: [
        "KubernetesClient", "KubernetesWire", "Kubernetes", "APIServerFake", "KernelFakes",
        "SeededGenerator", "Reconciler", "Addressing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "DurationsTests", dependencies: ["Durations", "SeededGenerator"], swiftSettings: strict),
    .testTarget(
      name: "ProxyConfigurationTests",
      dependencies: ["ProxyConfiguration", "SeededGenerator", "Addressing"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "MonitoringTests", dependencies: ["Monitoring", "Reconciler", "Addressing"],
      resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(
      name: "EndpointsTests",
      dependencies: [
        "Endpoints", "AdminClient", "Iptables", "Inspection", "Monitoring", "KernelFakes", "SeededGenerator",
        "Reconciler", "Addressing",
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
        "IpvsProxy", "ProxyConfiguration", "KubernetesClient", "KubernetesWire", "Terminal", "Inspection",
        "Monitoring", "KernelFakes", "Kubernetes", "LinuxNode", "NodeCheck", "Iptables", "Reconciler",
        "Addressing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // deploy/ as it lies in the repository: whether its parts fit each other.
    .testTarget(
      name: "DeployTests", dependencies: ["YAML"], swiftSettings: strict),
    .target(name: "CNamespace", path: "Tests/CNamespace"),
    // On a real kernel, as root, in network namespaces: `make test-kernel`. Never part of the unit run.
    .testTarget(
      name: "KernelTests",
      dependencies: [
        "LinuxNode", "KernelFakes", "CNamespace", "Inspection", "Netlink", "Iptables", "Reconciler",
        "Addressing",
      ],
      resources: [.copy("Conformance"), .copy("Cluster/Fixtures")],
      swiftSettings: strict),
  ]
)
