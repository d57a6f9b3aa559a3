import Glibc
import Testing

@testable import IpvsProxy

struct MemoryTests {
  @Test func whatWasFreedInTheMiddleOfTheHeapGoesBackToTheKernel() throws {
    // 64 MB in blocks that malloc keeps in its heap; each sixteenth stays, so that no end of the heap becomes free.
    var blocks: [[UInt8]?] = (0..<8192).map { _ in [UInt8](repeating: 1, count: 8192) }
    for index in blocks.indices where index % 16 != 0 { blocks[index] = nil }
    let freed = try residentBytes()
    Memory.trim()
    let trimmed = try residentBytes()
    #expect(freed - trimmed > 20 << 20, "\(freed) bytes before, \(trimmed) after")
    withExtendedLifetime(blocks) {}
  }

  /// Of the whole process, other tests included.
  private func residentBytes() throws -> Int {
    let file = try #require(fopen("/proc/self/statm", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    try #require(fgets(&line, CInt(line.count), file) != nil)
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return pages * sysconf(CInt(_SC_PAGESIZE))
  }
}
