/// How the API server writes objects in the body of an answer.
public enum WireFormat: Sendable, Hashable, CaseIterable {
  case protobuf
  case json

  /// From an answer's Content-Type, with or without parameters (";stream=watch"); nil for any other media type.
  public init?(contentType: String) {
    let mediaType = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    guard let format = Self.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
    self = format
  }

  public var mediaType: String {
    switch self {
    case .protobuf: "application/vnd.kubernetes.protobuf"
    case .json: "application/json"
    }
  }

  /// What a request for a list or a watch says in Accept. The server may answer in JSON whatever was asked for.
  public var accept: String {
    switch self {
    case .protobuf: "\(mediaType),\(Self.json.mediaType)"
    case .json: mediaType
    }
  }
}
