#pragma once

#include "cql/cql.h"
#include "cql/library_source.h"
#include "cql/terminology.h"

namespace parcours::practice {

/// What the CQL of a practice may name: its value sets and its libraries. Borrowed.
struct Vocabulary {
    const cql::Terminology* value_sets = nullptr;
    const cql::LibrarySource* libraries = nullptr;

    /// For compiling; the value sets must outlive what is compiled.
    [[nodiscard]] cql::CompileContext context() const {
        cql::CompileContext context;
        context.terminology = value_sets;
        context.libraries = libraries;
        return context;
    }
};

}  // namespace parcours::practice
