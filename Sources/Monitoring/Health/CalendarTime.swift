/// A time in UTC by the calendar, to be written as text.
public struct CalendarTime: Sendable {
  private let year: Int64
  /// 1...12.
  private let month: Int64
  /// 1...31.
  private let day: Int64
  private let hour: Int64
  private let minute: Int64
  private let second: Int64
  private let nanosecond: Int64
  /// 0 for Sunday.
  private let weekday: Int64

  /// - Parameter wall: since 1970; not before.
  public init(_ wall: Duration) {
    let (seconds, attoseconds) = wall.components
    nanosecond = attoseconds / 1_000_000_000
    (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    let days = seconds / 86_400
    weekday = (days + 4) % 7
    // Days of the Gregorian calendar, in years that begin in March and eras of 400 years: a leap day comes last.
    let shifted = days + 719_468
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0)
  }

  /// "2026-11-21T02:12:37.845228778Z": RFC 3339 as Go writes it, without zeros at the end of the fraction.
  public var rfc3339: String {
    var fraction = Self.padded(nanosecond, 9)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let date = "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
    return "\(date)T\(clock)\(fraction.isEmpty ? "" : "." + fraction)Z"
  }

  /// "Sat, 21 Nov 2026 02:12:39 GMT": the form of the HTTP header Date (RFC 9110 §5.6.7).
  public var httpDate: String {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return
      "\(days[Int(weekday)]), \(Self.padded(day)) \(months[Int(month) - 1]) \(Self.padded(year, 4)) \(clock) GMT"
  }

  private var clock: String { "\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))" }

  private static func padded(_ number: Int64, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
