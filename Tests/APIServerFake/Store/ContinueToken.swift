import FoundationEssentials

/// Where the next page of a list begins: base64url of JSON, as the API server's
/// (k8s.io/apiserver/pkg/storage/continue.go).
struct ContinueToken: Sendable, Hashable {
  /// −1 for a list that goes on with the latest state, whatever the earlier pages showed.
  let revision: Int64
  /// The path of the last object of the page before.
  let last: String

  init(revision: Int64, last: String) {
    self.revision = revision
    self.last = last
  }

  init?(_ text: String) {
    let base64 = text.map { character -> Character in
      switch character {
      case "-": "+"
      case "_": "/"
      default: character
      }
    }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: String(base64) + padding), let token = try? Value(json: data),
      token["v"].string == "meta.k8s.io/v1", let revision = token["rv"].integer,
      let start = token["start"].string, start.hasPrefix("/"), start.hasSuffix("\0")
    else { return nil }
    self.init(revision: revision, last: String(start.dropFirst().dropLast()))
  }

  var text: String {
    let token: Value = [
      "v": "meta.k8s.io/v1", "rv": .integer(revision), "start": .string("/\(last)\0"),
    ]
    return String(
      Data(token.json).base64EncodedString().filter { $0 != "=" }.map { character -> Character in
        switch character {
        case "+": "-"
        case "/": "_"
        default: character
        }
      })
  }
}
