import NIOHTTP1
import Testing

@testable import KubernetesClient

/// Errors of the libraries in an operator's words.
@Suite struct FailureExplanationTests {
  @Test func anAnswerThatIsCutIsNotTakenForAnotherProtocol() throws {
    let failures = FailureExplanation(access: try ClusterAccess.test(port: 6443))
    let cut = failures.explain(HTTPParserError.invalidEOFState, Credentials.TLSMaterial())
    #expect(cut.kind == .closed)
    #expect(cut.message == "the connection ended in the middle of an answer")
    let foreign = failures.explain(HTTPParserError.invalidConstant, Credentials.TLSMaterial())
    #expect(foreign.message.contains("is this the API server's port?"))
  }
}
