import KubernetesWire

/// What the body of an answer brings, list and watch alike.
enum AnswerMessage: Sendable, Hashable {
  /// An item of a list, or an object added or modified.
  case object(DecodedObject)
  case deleted(ObjectVersion)
  /// An object that is there but could not be read.
  case undecodable(UndecodableObject)
  /// Nothing has changed up to this version; in a streaming list also that everything has been sent.
  case bookmark(version: String, endsInitialList: Bool)
  /// The server ends the watch.
  case error(APIStatus)
  /// The end of a list or of one of its pages; `continue` leads to the next.
  case listEnd(version: String, continue: String?)
}

/// What a reflector passes on.
enum ObjectChange: Sendable, Hashable {
  /// New or changed.
  case set(DecodedObject)
  case removed(ObjectName)
}

/// Why a request came to nothing, or a stream to its end.
enum ReflectorFailure: Sendable, Hashable {
  case transport(TransportError)
  case refused(Refusal)
  /// An ERROR event.
  case endedByServer(Refusal)
  /// The stream closed within a second, or a list before its end.
  case endedEarly
  /// Nothing came for too long.
  case silent(Duration)
  /// The body is not what its Content-Type says.
  case malformed(String)
}
