import Addressing

/// A network interface with its addresses.
public struct Interface: Hashable, Sendable {
  public var name: String
  public var addresses: [IPAddress]
  /// Names of the interfaces that are ports of this bridge; nil for what is no bridge.
  public var bridgePorts: [String]?

  public init(_ name: String, addresses: [IPAddress] = [], bridgePorts: [String]? = nil) {
    self.name = name
    self.addresses = addresses
    self.bridgePorts = bridgePorts
  }
}

/// A route of the main table.
public struct Route: Hashable, Sendable {
  public var network: IPNetwork
  public var interface: String

  public init(_ network: IPNetwork, interface: String) {
    self.network = network
    self.interface = interface
  }
}

/// A program that configures interfaces by itself, and takes away what it didn't put there.
public enum DeviceManager: String, Hashable, Sendable, CaseIterable {
  case networkManager = "NetworkManager"
  case systemdNetworkd = "systemd-networkd"
}
