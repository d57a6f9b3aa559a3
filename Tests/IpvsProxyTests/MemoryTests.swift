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

  @Test func aLargeBlockGoesBackToTheKernelAtOnce() throws {
    // As it would be without: the first large block that is freed makes malloc keep the next ones.
    withExtendedLifetime([UInt8](repeating: 1, count: 16 << 20)) {}
    Memory.returnLargeBlocks()
    var blocks: [[UInt8]?] = (0..<64).map { _ in [UInt8](repeating: 1, count: 1 << 20) }
    let held = try residentBytes()
    // The last one stays, so that no end of the heap becomes free.
    for index in blocks.indices.dropLast() { blocks[index] = nil }
    let freed = try residentBytes()
    #expect(held - freed > 40 << 20, "\(held) bytes before, \(freed) after")
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
