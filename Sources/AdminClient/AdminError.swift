import Glibc

/// Why a running process can't be asked, with what to do.
public enum AdminError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody listens on the socket.
  case noProcess(path: String)
  /// The socket is there, for others.
  case forbidden(path: String)
  case broken(String)

  init(_ path: String, errno number: Int32) {
    switch number {
    case ENOENT, ECONNREFUSED: self = .noProcess(path: path)
    case EACCES, EPERM, ECONNRESET, EPIPE: self = .forbidden(path: path)
    default: self = .broken("\(path): \(String(cString: strerror(number))) (errno \(number))")
    }
  }

  public var description: String {
    switch self {
    case .noProcess(let path):
      "no ipvs-proxy answers on \(path): it doesn't run here, or with another --admin-socket"
    case .forbidden(let path): "\(path) gives no answer to who isn't root: run the command as root"
    case .broken(let sentence): sentence
    }
  }
}
