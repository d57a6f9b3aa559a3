extension ObjectMeta {
  /// The weight that an EndpointSlice or a Pod asks for its endpoints: 0...65535, 1 by default.
  var weight: (value: UInt32, notes: [ObjectNote]) {
    guard let text = annotations[AnnotationName.weight] else { return (1, []) }
    let digits = trimmed(text)
    // UInt16 would take a sign, too.
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let weight = UInt16(digits)
    else {
      return (
        1,
        [
          ObjectNote(
            .warning, annotation: AnnotationName.weight,
            message: "\"\(Field.shortened(text))\" is not a weight (0-65535): the weight is 1")
        ]
      )
    }
    return (UInt32(weight), [])
  }
}
