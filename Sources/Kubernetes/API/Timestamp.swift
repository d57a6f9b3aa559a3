/// RFC 3339 times, as Kubernetes writes them.
public enum Timestamp {
  /// Seconds since 1970 (fractions dropped); nil when the text isn't an RFC 3339 date and time.
  public static func seconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
      let second = number(bytes[17..<19]),
      (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day),
      hour < 24, minute < 60, second <= 60,  // 60: a leap second
      let offset = zoneOffset(bytes[19...])
    else { return nil }
    return daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  /// The text in UTC for seconds since 1970; nil outside of the years 0 to 9999.
  public static func text(_ seconds: Int64) -> String? {
    let (days, time) = seconds.flooredQuotient(dividedBy: 86_400)
    guard (-719_528...2_932_896).contains(days) else { return nil }
    let (year, month, day) = date(daysSince1970: days)
    var text = Array("0000-00-00T00:00:00Z".utf8)
    func write(_ number: Int64, endingAt end: Int) {
      var (rest, index) = (number, end)
      while rest > 0 {
        text[index] += UInt8(rest % 10)
        rest /= 10
        index -= 1
      }
    }
    write(year, endingAt: 3)
    write(month, endingAt: 6)
    write(day, endingAt: 9)
    write(time / 3600, endingAt: 12)
    write(time / 60 % 60, endingAt: 15)
    write(time % 60, endingAt: 18)
    return String(decoding: text, as: UTF8.self)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// What follows the seconds: an optional fraction, then "Z" or "+hh:mm". Seconds east of UTC.
  private static func zoneOffset(_ rest: ArraySlice<UInt8>) -> Int64? {
    var rest = rest
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !fraction.isEmpty else { return nil }
      rest = rest[fraction.endIndex...]
    }
    let zone = Array(rest)
    if zone.count == 1 { return zone[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
      let hours = number(zone[1...2]), let minutes = number(zone[4...5]), hours < 24, minutes < 60
    else { return nil }
    switch zone[0] {
    case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
    case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
    default: return nil
    }
  }

  private static func daysIn(month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days of the proleptic Gregorian calendar. The year is counted from March, so that a leap day comes last.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    // An era earlier or later changes nothing but the days of an era; so no year is negative.
    let marchYear = (month > 2 ? year : year - 1) + 400
    let monthFromMarch = (month + 9) % 12
    let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
    let daysToMonth = (153 * monthFromMarch + 2) / 5
    return marchYear * 365 + leapDays + daysToMonth + day - 1 - 719_468 - 146_097
  }

  /// The inverse, for years that aren't negative. After http://howardhinnant.github.io/date_algorithms.html.
  private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredQuotient(dividedBy: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  /// Division that rounds down: the remainder is never negative.
  fileprivate func flooredQuotient(dividedBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
