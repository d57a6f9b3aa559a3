/// What /proc tells about the process.
public struct ProcessStatistics: Hashable, Sendable {
  public var cpuSeconds: Double
  public var residentBytes: Double
  public var virtualBytes: Double
  /// 2^64 for no limit.
  public var virtualBytesLimit: Double
  public var openFiles: Int
  public var openFilesLimit: Double
  /// In seconds since 1970.
  public var startTime: Double

  /// The texts of files in /proc; proc(5) has their formats.
  public struct Texts: Sendable {
    /// /proc/self/stat
    public var stat: String
    /// /proc/self/limits
    public var limits: String
    /// /proc/stat
    public var system: String

    public init(stat: String, limits: String, system: String) {
      self.stat = stat
      self.limits = limits
      self.system = system
    }
  }

  /// Nil when a text isn't as expected.
  /// - Parameters:
  ///   - texts: as read.
  ///   - openFiles: entries of /proc/self/fd.
  ///   - ticks: clock ticks in a second.
  ///   - pageSize: in bytes.
  public init?(_ texts: Texts, openFiles: Int, ticks: Double, pageSize: Double) {
    // The name of the program stands in parentheses and may hold anything; the fields after it are counted from 3.
    guard let end = texts.stat.lastIndex(of: ")") else { return nil }
    let fields = texts.stat[texts.stat.index(after: end)...].split { $0 == " " || $0 == "\n" }
    func field(_ number: Int) -> Double? { number - 3 < fields.count ? Double(fields[number - 3]) : nil }
    guard let user = field(14), let system = field(15), let start = field(22), let size = field(23),
      let resident = field(24),
      let boot = texts.system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        .flatMap({ Double($0.dropFirst(6)) }),
      let files = Self.limit("Max open files", texts.limits),
      let space = Self.limit("Max address space", texts.limits)
    else { return nil }
    cpuSeconds = (user + system) / ticks
    residentBytes = resident * pageSize
    virtualBytes = size
    virtualBytesLimit = space
    self.openFiles = openFiles
    openFilesLimit = files
    startTime = boot + start / ticks
  }

  /// The soft limit.
  private static func limit(_ name: String, _ text: String) -> Double? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let word = line.dropFirst(name.count).split(separator: " ").first
    else { return nil }
    return word == "unlimited" ? 0x1p64 : Double(word)
  }
}
