#pragma once

#include <string>
#include <string_view>

#include "outreach/render.h"

namespace parcours::outreach {

/// What stands around the words of an e-mail.
struct EmailFrame {
    std::string language;  ///< BCP 47
    std::string clinic_name;
    std::string clinic_address;   ///< empty: left out
    std::string clinic_phone;     ///< empty: left out
    std::string unsubscribe_url;  ///< https: or mailto:; empty: no line about it
};

/// A whole HTML page with inline styles only, readable without images, on a phone and in the dark;
/// all texts of the frame are escaped. The footer says in the patient's language (en, fr, zh; else
/// English) who writes and how to stop it.
[[nodiscard]] std::string make_email_html(const Rendered& message, const EmailFrame& frame);

/// The same in plain text.
[[nodiscard]] std::string make_email_text(const Rendered& message, const EmailFrame& frame);

/// Text as HTML: & < > " ' replaced.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace parcours::outreach
