import Glibc

/// What reading one body took.
struct Measurement: Encodable {
  /// "ipvs-proxy protobuf", "ipvs-proxy JSON", "JSONDecoder".
  var reader: String
  /// "services", "endpointslices".
  var resource: String
  /// "list", or "watch" for the stream of events that begins with all objects.
  var body: String
  var objects: Int
  var bytes: Int
  /// Processor time of the process for each object.
  var microsecondsPerObject: Double
  /// On the heap at most while listing, and when the list has been read; only of lists that this program reads.
  var peakBytes: Int64?
  var keptBytes: Int64?
}

/// Of this process, all threads: what others do on the machine counts little.
func processorTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
