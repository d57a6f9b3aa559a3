#ifndef CNAMESPACE_H
#define CNAMESPACE_H

// setns(2) is a GNU extension that Swift's Glibc module does not show.

/// Moves the calling thread to the network namespace of that name (as `ip netns add` makes them).
/// Returns 0, or an errno.
int cnamespace_enter(const char *name);

#endif
