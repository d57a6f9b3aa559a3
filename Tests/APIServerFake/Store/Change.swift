/// One write, as it stays in the history until it is compacted away.
struct Change: Sendable {
  let revision: Int64
  let before: StoredObject?
  let after: StoredObject?

  var key: ObjectKey? { (after ?? before)?.key }

  /// What a watch of the selection is told: an object that leaves the selection is deleted for it, one that enters
  /// is added. Nil where it isn't about the selection.
  func event(for selection: Selection) -> WatchEvent? {
    switch (selection.matches(before), selection.matches(after)) {
    case (false, false): nil
    case (false, true): after.map { WatchEvent(.added, $0) }
    case (true, true): after.map { WatchEvent(.modified, $0) }
    case (true, false): before.map { WatchEvent(.deleted, $0.at(revision: revision)) }
    }
  }
}

struct WatchEvent: Sendable {
  enum Kind: String, Sendable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
  }

  let kind: Kind
  let object: StoredObject

  init(_ kind: Kind, _ object: StoredObject) {
    self.kind = kind
    self.object = object
  }
}
