import CNetlink

/// ipset's own error numbers, from 4096 on (linux/netfilter/ipset/ip_set.h).
public enum SetError {
  public static let findType = Int32(IPSET_ERR_FIND_TYPE.rawValue)
  public static let maxSets = Int32(IPSET_ERR_MAX_SETS.rawValue)
  public static let busy = Int32(IPSET_ERR_BUSY.rawValue)
  public static let typeMismatch = Int32(IPSET_ERR_TYPE_MISMATCH.rawValue)
  /// An element to add is there, or one to delete is not.
  public static let exists = Int32(IPSET_ERR_EXIST.rawValue)
  public static let invalidCIDR = Int32(IPSET_ERR_INVALID_CIDR.rawValue)
  public static let invalidFamily = Int32(IPSET_ERR_INVALID_FAMILY.rawValue)
  public static let referenced = Int32(IPSET_ERR_REFERENCED.rawValue)
  /// The first of the type-specific numbers: for hash types, the set is full (IPSET_ERR_HASH_FULL, ip_set_hash.h).
  public static let hashFull = Int32(IPSET_ERR_HASH_FULL)
}
