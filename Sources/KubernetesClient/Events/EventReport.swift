import Reconciler

/// Something to tell as a Kubernetes Event. Equal reports are one Event with a count.
public struct EventReport: Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable { case normal = "Normal", warning = "Warning" }

  public var subject: Subject
  public var severity: Severity
  /// Why, in one word: "Starting". 1-128 characters.
  public var reason: String
  /// What was done or tried, in one word: "StartKubeProxy". 1-128 characters.
  public var action: String
  /// For people; cut at 1,024 bytes.
  public var note: String

  public init(
    _ severity: Severity = .warning, on subject: Subject, reason: String, action: String, note: String
  ) {
    self.subject = subject
    self.severity = severity
    self.reason = reason
    self.action = action
    self.note = note
  }

  /// The object that an Event is about.
  public struct Subject: Sendable, Hashable {
    public var apiVersion: String
    public var kind: String
    /// Empty for what has none; its Events are kept in "default".
    public var namespace: String
    public var name: String
    public var uid: String

    public init(apiVersion: String, kind: String, namespace: String, name: String, uid: String) {
      self.apiVersion = apiVersion
      self.kind = kind
      self.namespace = namespace
      self.name = name
      self.uid = uid
    }

    /// A Node, with its name as UID: so kubelet and kube-proxy have it, and `kubectl describe node` finds it by that.
    public static func node(_ name: String) -> Subject {
      Subject(apiVersion: "v1", kind: "Node", namespace: "", name: name, uid: name)
    }

    public static func service(_ key: ServiceKey, uid: String) -> Subject {
      Subject(apiVersion: "v1", kind: "Service", namespace: key.namespace, name: key.name, uid: uid)
    }

    /// Where the Event is kept.
    public var eventNamespace: String { namespace.isEmpty ? "default" : namespace }
  }
}
