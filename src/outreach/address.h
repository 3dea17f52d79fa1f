#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"

namespace parcours::outreach {

/// A telephone number as its national plan reads it.
struct PhoneNumber {
    std::string e164;            ///< "+447700900123"
    bool may_be_mobile = false;  ///< mobile, or of a plan that does not tell (North America)
};

/// Reads and validates a phone number as written; without an international prefix it counts as one
/// of `region` (ISO 3166). Errors, InvalidInput: in plain words why it is none: too short, no such
/// number in its plan (such as the fictitious 555 numbers of North America).
Result<PhoneNumber> parse_phone(std::string_view written, std::string_view region);

/// A number of North America that is written with nothing but its digits and what divides them, as
/// E.164: what `parse_phone` makes of it where it is valid, at a small part of the price. Nothing
/// for all others.
[[nodiscard]] std::optional<std::string> find_plain_number(std::string_view written,
                                                           std::string_view region);

/// The region of a phone number, valid or not; empty where it cannot be told.
[[nodiscard]] std::string phone_region(std::string_view written, std::string_view region);

/// An e-mail address with its domain in lower case and surrounding white space and "mailto:"
/// dropped. Errors, InvalidInput: not local@domain within RFC 5321 §4.5.3.1 (64 and 255 bytes, 254
/// in all), control characters, quoted local parts, domains without a dot or ill-formed labels.
/// Addresses of reserved domains (example.org) are valid; letters beyond ASCII in the local part
/// are not, since the mail relays of clinics rarely take them.
Result<std::string> parse_email(std::string_view written);

/// The key of an address in the suppression list: a hash, so that the list holds no addresses.
/// `channel_kind` is "phone" or "email"; `address` the normalised form.
[[nodiscard]] Digest address_key(std::string_view channel_kind, std::string_view address);

}  // namespace parcours::outreach
