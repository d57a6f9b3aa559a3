import Testing

extension KernelTests {
  /// How pages are read, and how output is compared.
  @Suite struct DocumentReading {
    @Test func onlyMarkedBlocksAreRun() throws {
      let document = try RunnableDocument(
        """
        # Page
        ```sh
        rm -rf /
        ```
        <!-- runnable
        prepare
        -->
        ```sh runnable
        one
        two
        ```
        Text.
        ```text output
        1
        ```
        ## Items
        - item
          ```sh runnable retry status=2
          if three; then
            four
          fi
          ```
        ```text
        ignored
        ```

        """)
      #expect(
        document.blocks == [
          .init(line: 6, script: ["prepare"]),
          .init(line: 9, script: ["one", "two"], output: ["1"]),
          .init(
            line: 19, section: "Items", script: ["if three; then", "  four", "fi"], status: 2, isRetried: true
          ),
        ])
    }

    @Test(arguments: [
      ("```sh runable\nx\n```", 1), ("```sh runnable twice\nx\n```", 1), ("```text output\nx\n```", 1),
      ("\n```sh runnable\nx", 2), ("<!-- runnable\nx", 1),
      ("```sh runnable\nx\n```\n```text output\n1\n```\n```text output\n2\n```", 7),
    ])
    func aMarkThatIsWrongIsAnError(_ text: String, _ line: Int) {
      let error = #expect(throws: RunnableDocument.Malformed.self) { try RunnableDocument(text) }
      #expect(error?.line == line)
    }

    @Test(arguments: [
      (["a  b"], ["a b", ""]), (["a …"], ["a b c"]), (["… c"], ["a b c"]), (["a … c …"], ["a b c d"]),
      (["a", "…", "d"], ["a", "b", "c", "d"]), (["a", "…", "d"], ["a", "d"]), (["a", "…"], ["a"]),
      (["…", "a …s", "…"], ["x", "a 3 s", "y", "z"]),
    ])
    func outputIsAsPromised(_ expected: [String], _ found: [String]) {
      #expect(ExpectedOutput.matches(expected, found))
    }

    @Test(arguments: [
      (["a"], ["b"]), (["a"], ["a", "b"]), (["a", "b"], ["a"]), (["a …"], ["b c"]), (["a…a"], ["a"]),
      (["a … c"], ["a b d"]), (["a", "…", "d"], ["a", "b"]), ([], ["a"]), (["a"], []),
    ])
    func outputIsNotAsPromised(_ expected: [String], _ found: [String]) {
      #expect(!ExpectedOutput.matches(expected, found))
    }
  }
}
