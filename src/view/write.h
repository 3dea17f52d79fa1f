#pragma once

#include <span>
#include <string>

#include "view/view.h"

namespace parcours::view {

/// One row as an object, with a line's end: `{"id":"p1","name":null}`.
void append_ndjson(std::string& out, std::span<const Column> columns, Row row);

/// The names of the columns as a line of CSV (RFC 4180, with \n).
void append_csv_head(std::string& out, std::span<const Column> columns);
/// One row as a line of CSV: null is empty, a list is its JSON. A text that a spreadsheet would
/// take for a formula (it begins with = + - @, a tab or a return) has a ' before it.
void append_csv(std::string& out, Row row);

}  // namespace parcours::view
