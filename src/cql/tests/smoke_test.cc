#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <string>

#include "base/json.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/operations.h"
using namespace parcours;
using namespace parcours::cql;
TEST(Smoke, Conf) {
    std::ifstream in(PARCOURS_SOURCE_DIR "/../shared/conformance/cql.jsonl");
    std::string line;
    int ok = 0, n = 0;
    JsonSource s({}, Instant{}, nullptr);
    EvaluationContext c{*parse_instant("2019-06-01T10:11:12Z"), {}};
    while (std::getline(in, line)) {
        ++n;
        JsonDocument d;
        auto v = d.parse(line);
        std::string ex((*v)["expression"].text());
        bool invalid = (bool)(*v)["invalid"];
        auto e = compile(ex, {});
        std::string got;
        bool pass = false;
        if (!e) {
            got = "ERR " + e.error().to_text();
            pass = invalid;
        } else {
            auto r = evaluate(**e, s, c);
            if (!r) {
                got = "RUNERR " + r.error().to_text();
                pass = invalid;
            } else {
                got = r->to_text();
                auto el = (*v)["expected"].elements();
                if (!invalid && el.size() == 1) {
                    auto x = compile(el[0].text(), {});
                    if (!x)
                        got += " EXPERR " + x.error().to_text();
                    else {
                        auto xv = evaluate(**x, s, c);
                        if (xv) {
                            pass = equivalent(*r, *xv) && r->kind() == xv->kind();
                        } else
                            got += " EXPRUN";
                    }
                }
            }
        }
        if (pass)
            ++ok;
        else
            std::cout << (*v)["group"].text() << " | " << (*v)["name"].text() << " | " << ex
                      << " => " << (*v)["expected"].to_json() << (invalid ? " INVALID" : "")
                      << " GOT " << got << "\n";
    }
    std::cout << "PASSED " << ok << " of " << n << "\n";
}
