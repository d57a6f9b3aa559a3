/// Finds what somebody meant who misspelt a name.
enum NearestName {
  /// The name with the fewest letters to change; nil when none is near. Letter case doesn't count.
  static func find(_ name: String, among names: some Sequence<String>) -> String? {
    let wanted = name.lowercased()
    let limit = max(1, wanted.count / 3)
    let near = names.map { (name: $0, distance: distance(wanted, $0.lowercased())) }
      .filter { $0.distance <= limit }
    return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
  }

  /// Levenshtein's: how many letters to insert, remove or replace.
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let replaced = diagonal + (letter == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[second.count]
  }
}
