/// How a single round ended.
public struct Convergence: Sendable {
  public let failures: [Failure]
  /// Why the kernel could not be read or prepared at all.
  public let kernelError: KernelError?
  /// Real servers that still finish connections.
  public let draining: Int

  init(failures: [Failure] = [], kernelError: KernelError? = nil, draining: Int = 0) {
    self.failures = failures
    self.kernelError = kernelError
    self.draining = draining
  }

  public var isComplete: Bool { failures.isEmpty && kernelError == nil }
}
