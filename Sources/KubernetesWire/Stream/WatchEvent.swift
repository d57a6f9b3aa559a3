/// What a watch tells.
public enum WatchEvent: Sendable, Hashable {
  case added(DecodedObject)
  case modified(DecodedObject)
  case deleted(ObjectVersion)
  /// Everything up to this version has been told. `endsInitialList`: with sendInitialEvents, so has every object that
  /// was there at the start.
  case bookmark(resourceVersion: String, endsInitialList: Bool)
  /// The watch ends with this.
  case error(APIStatus)
  /// An object that was added, modified or deleted, but can't be used.
  case undecodable(UndecodableObject)
}
