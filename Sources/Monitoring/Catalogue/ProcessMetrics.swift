/// The process and the build, under the names that client libraries and Kubernetes components use.
public final class ProcessMetrics: Sendable {
  private let cpu: Counter
  private let residentMemory: Gauge
  private let virtualMemory: Gauge
  private let virtualMemoryLimit: Gauge
  private let openFiles: Gauge
  private let fileLimit: Gauge
  private let startTime: Gauge

  /// - Parameters:
  ///   - registry: where to register.
  ///   - version: of the program.
  ///   - kernel: its release.
  ///   - platform: "linux/amd64".
  public init(_ registry: MetricsRegistry, version: String, kernel: String, platform: String) {
    cpu = registry.counter(
      "process_cpu_seconds_total", help: "User and system CPU time that the process has used.")
    residentMemory = registry.gauge("process_resident_memory_bytes", help: "Memory that is resident.")
    virtualMemory = registry.gauge("process_virtual_memory_bytes", help: "Size of the address space.")
    virtualMemoryLimit = registry.gauge(
      "process_virtual_memory_max_bytes", help: "Limit of the address space.")
    openFiles = registry.gauge("process_open_fds", help: "Open file descriptors.")
    fileLimit = registry.gauge("process_max_fds", help: "Limit of open file descriptors.")
    startTime = registry.gauge(
      "process_start_time_seconds", help: "When the process started, in seconds since 1970.")
    registry.gauge(
      "ipvs_proxy_build_info", help: "Always 1; the labels tell what runs where.",
      labels: ["version", "kernel", "platform"]
    ).with(version, kernel, platform).set(1)
  }

  public func set(_ statistics: ProcessStatistics) {
    cpu.mirror(statistics.cpuSeconds)
    residentMemory.set(statistics.residentBytes)
    virtualMemory.set(statistics.virtualBytes)
    virtualMemoryLimit.set(statistics.virtualBytesLimit)
    openFiles.set(statistics.openFiles)
    fileLimit.set(statistics.openFilesLimit)
    startTime.set(statistics.startTime)
  }
}
