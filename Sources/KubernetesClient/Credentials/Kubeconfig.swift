/// A kubeconfig as it is written (Kubernetes, client-go `tools/clientcmd/api/v1`); unknown fields are ignored.
struct Kubeconfig {
  var currentContext: String?
  var clusters: [NamedCluster] = []
  var users: [NamedUser] = []
  var contexts: [NamedContext] = []

  struct NamedCluster {
    var name: String
    var cluster: Cluster?
  }

  struct NamedUser {
    var name: String
    var user: User?
  }

  struct NamedContext {
    var name: String
    var context: Context?
  }

  struct Context {
    var cluster: String?
    var user: String?
  }

  struct Cluster {
    var server: String?
    var tlsServerName: String?
    var insecureSkipTLSVerify: Bool?
    var certificateAuthority: String?
    var certificateAuthorityData: String?
    var proxyURL: String?
  }

  struct User {
    var clientCertificate: String?
    var clientCertificateData: String?
    var clientKey: String?
    var clientKeyData: String?
    var token: String?
    var tokenFile: String?
    var username: String?
    var password: String?
    var impersonatedUser: String?
    var authProvider: AuthProvider?
    var exec: Exec?
  }

  struct AuthProvider {
    var name: String?
  }

  struct Exec {
    var apiVersion: String?
    var command: String?
    var args: [String] = []
    var env: [Variable] = []
    var provideClusterInfo: Bool?
    var interactiveMode: String?
    var installHint: String?

    struct Variable {
      var name: String
      var value: String?
    }
  }
}
