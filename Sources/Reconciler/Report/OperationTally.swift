extension Operation {
  /// An operation without its object.
  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    case addMember, removeMember
    case addVirtualServer, updateVirtualServer, removeVirtualServer
    case addRealServer, updateRealServer, removeRealServer
    case addAddress, removeAddress
  }

  public var kind: Kind {
    switch self {
    case .addMember: .addMember
    case .removeMember: .removeMember
    case .addVirtualServer: .addVirtualServer
    case .updateVirtualServer: .updateVirtualServer
    case .removeVirtualServer: .removeVirtualServer
    case .addRealServer: .addRealServer
    case .updateRealServer: .updateRealServer
    case .removeRealServer: .removeRealServer
    case .addAddress: .addAddress
    case .removeAddress: .removeAddress
    }
  }
}

/// Operations carried out, and those that failed, by kind.
public struct OperationTally: Hashable, Sendable {
  public struct ErrorKind: Hashable, Sendable {
    public let operation: Operation.Kind
    /// 0 where there is none.
    public let errno: Int32

    public init(_ operation: Operation.Kind, errno: Int32) {
      self.operation = operation
      self.errno = errno
    }
  }

  private var carriedOut = [Int](repeating: 0, count: Operation.Kind.allCases.count)
  public private(set) var errors: [ErrorKind: Int] = [:]

  public init() {}

  /// Failed ones included.
  public subscript(kind: Operation.Kind) -> Int { carriedOut[kind.rawValue] }
  public var operations: Int { carriedOut.reduce(0, +) }
  public var failures: Int { errors.values.reduce(0, +) }

  /// - Parameters:
  ///   - operations: those that were carried out.
  ///   - results: what came of each; nil for success.
  public mutating func count(_ operations: [Operation], _ results: [KernelError?]) {
    for (operation, error) in zip(operations, results) {
      carriedOut[operation.kind.rawValue] += 1
      if let error { errors[ErrorKind(operation.kind, errno: error.errno), default: 0] += 1 }
    }
  }
}
