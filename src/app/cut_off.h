#pragma once

#include <string_view>

namespace parcours::app {

/// As long as it lives, Ctrl-C or SIGTERM says `words` on standard error before it ends this
/// process as always: what is left of long work that was cut off, and what to do about it. A signal
/// that was ignored stays ignored. One at a time; of the words the first 500 bytes.
class WhenCutOff {
  public:
    explicit WhenCutOff(std::string_view words);
    ~WhenCutOff();
    WhenCutOff(const WhenCutOff&) = delete;
    WhenCutOff& operator=(const WhenCutOff&) = delete;

  private:
    using Handler = void (*)(int);
    Handler interrupted_;
    Handler terminated_;
};

}  // namespace parcours::app
