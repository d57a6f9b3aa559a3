import Glibc
import LinuxNode

/// A folder that only its owner can look into, for files on their way into an archive.
struct StagingFolder {
  private let path: String
  private static let root = "ipvs-proxy-support"

  /// - Throws: FatalError when it can't be made.
  init(in directory: String = "/tmp") throws {
    // mkdtemp makes it with mode 0700.
    var template = Array("\(directory)/ipvs-proxy-support-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FatalError(
        .failure, "No folder could be made in \(directory): \(ConfigFile.Failure(errno: errno)).")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try Self.make("\(path)/\(Self.root)")
    try Self.make("\(path)/\(Self.root)/kernel")
  }

  private static func make(_ folder: String) throws {
    guard mkdir(folder, 0o700) == 0 else {
      throw FatalError(.failure, "\(folder) can't be made: \(ConfigFile.Failure(errno: errno)).")
    }
  }

  func write(_ files: [BundleContents.File]) throws {
    for file in files {
      do throws(ConfigFile.Failure) {
        try ConfigFile.write(file.text, to: "\(path)/\(Self.root)/\(file.name)")
      } catch {
        throw FatalError(.failure, "\(file.name) can't be written: \(error)")
      }
    }
  }

  /// Makes the archive, readable by its owner only; nothing is put over a file that is there.
  func pack(into archive: String, _ runner: any CommandRunner) async throws {
    let descriptor = open(archive, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw FatalError(
        .failure,
        "\(archive) can't be made: \(ConfigFile.Failure(errno: errno)). Name a file that isn't there yet.")
    }
    close(descriptor)
    do throws(CommandError) {
      _ = try await runner.run(Command("tar", ["-czf", archive, "-C", path, Self.root]))
    } catch {
      unlink(archive)
      throw FatalError(.failure, "\(archive) can't be packed: \(error)")
    }
  }

  func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    for name in HostFiles().names(in: path) { remove("\(path)/\(name)") }
    if rmdir(path) != 0 { unlink(path) }
  }
}
