import Testing

/// Everything that needs a real kernel with IPVS, one test after the other: they share modules, and time.
@Suite(.serialized) enum KernelTests {}
