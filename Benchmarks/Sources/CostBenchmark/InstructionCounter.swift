import CCounting
import FoundationEssentials

/// Counts the instructions of all threads, when this runs under callgrind.
final class InstructionCounter {
  /// Where callgrind writes (--callgrind-out-file); it adds ".1", ".2" and so on.
  private let file: String
  private var dumps = 0

  struct Unreadable: Error {
    let file: String
  }

  /// Nil without callgrind.
  init?(file: String?) {
    guard let file, counting_has_instructions() else { return nil }
    self.file = file
  }

  /// Callgrind makes everything fifty times slower: it looks on only while something is to be counted.
  func prepare() { counting_instrument(true) }
  func rest() { counting_instrument(false) }

  func start() { counting_zero_instructions() }

  /// - Returns: instructions since `start`.
  func stop() throws -> Int {
    counting_dump_instructions()
    dumps += 1
    let dump = "\(file).\(dumps)"
    let text = String(decoding: try Data(contentsOf: URL(filePath: dump)), as: UTF8.self)
    try FileManager.default.removeItem(atPath: dump)
    guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("totals: ") }),
      let count = Int(line.dropFirst("totals: ".count))
    else { throw Unreadable(file: dump) }
    return count
  }
}
