// Visibility of what the library defines in .cc files.
//
// The library compiles with -fvisibility=hidden, so that a shared build exports what it promises
// and nothing else. Classes and functions defined in a .cc file carry ORDERWRIGHT_EXPORT; inline
// functions and plain records need nothing. The attribute is the same for building and for using
// the library, so a consumer sets no macro, and it changes nothing in a static build.
//
// Example:
//   class ORDERWRIGHT_EXPORT Router { … };
//   ORDERWRIGHT_EXPORT std::string_view ToString(ShortReason reason);
#ifndef ORDERWRIGHT_CORE_EXPORT_H_
#define ORDERWRIGHT_CORE_EXPORT_H_

#if defined(__GNUC__) || defined(__clang__)
#define ORDERWRIGHT_EXPORT __attribute__((visibility("default")))
#else
#define ORDERWRIGHT_EXPORT
#endif

#endif  // ORDERWRIGHT_CORE_EXPORT_H_
