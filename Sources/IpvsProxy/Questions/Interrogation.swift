import AdminClient
import Inspection

/// Who is asked, and how what keeps them from answering is told.
struct Interrogation: Sendable {
  /// Of the process.
  let socket: String
  /// Flags that name a source of Services; empty to ask the process.
  var sourceFlags: [String] = []

  /// - Throws: FatalError.
  func ask<Result>(_ body: (any Inspecting) async throws -> Result) async throws -> Result {
    guard sourceFlags.isEmpty else {
      let inspector = try await Preview(try Options(sourceFlags, of: .plan)).inspector()
      return try await explaining { try await body(inspector) }
    }
    let client = AdminClient(path: socket)
    do {
      let result = try await explaining { try await body(client) }
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  private func explaining<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as AdminError {
      guard case .noProcess = error else { throw FatalError(.failure, "\(error)") }
      throw FatalError(
        .noProcess, "\(error). --manifests or --kubeconfig ask the source and the kernel instead")
    } catch let error as InvalidQuestion {
      throw FatalError(.usage, "\(error)")
    } catch let error as NothingKnown {
      throw FatalError(.failure, "\(error)")
    }
  }
}
