#include <vector>

#include "app/command.h"

namespace parcours::app {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"import", "Read FHIR R4 files into a data folder", declare_import},
        {"map", "Where the patients stand: stages, moves, overdue, lost", declare_map},
        {"why", "Why one patient stands there, and what was or was not sent", declare_why},
        {"cohort", "Count, list and save groups of patients, in CQL", declare_cohort},
        {"valuesets", "The value sets there are, where from, and their codes", declare_valuesets},
        {"view", "Flat tables of resources, by SQL on FHIR", declare_view},
        {"eval", "Evaluate FHIRPath and CQL, line by line", declare_eval},
        {"check", "Find mistakes in a practice folder before anybody is contacted", declare_check},
        {"scenario", "Play scenarios: what must be sent, and what must not", declare_scenario},
        {"publish", "Publish a version of the practice folder", declare_publish},
        {"rehearse", "Run campaigns over the record before anybody is contacted", declare_rehearse},
        {"work", "Run the campaigns, on the real or a virtual clock", declare_work},
        {"serve", "Run the campaigns and serve console and API", declare_serve},
        {"user", "Staff who may log in", declare_user},
        {"token", "Tokens for programs that use the API", declare_token},
        {"audit", "Who saw and did what: verify it, export its head", declare_audit},
        {"outbox", "Every message considered: sent, captured, or why not", declare_outbox},
        {"task", "Work for people: list it, close it", declare_task},
        {"enrol", "Put a patient into a campaign by hand", declare_enrol},
        {"answer", "Write down what a patient told, so that campaigns go on", declare_answer},
        {"pause", "Hold a campaign, a channel, or everything that leaves", declare_pause},
        {"resume", "Let go on what was paused or held", declare_resume},
        {"undo", "Take a launch back, within the hour", declare_undo},
        {"campaigns", "What became of each campaign, and of each way of a split",
         declare_campaigns},
        {"compare", "What differs between two releases of a campaign", declare_compare},
        {"move", "Take people in flight over to the release that runs", declare_move},
        {"receive", "Take in replies, receipts, bounces and unsubscribes", declare_receive},
        {"preview", "Show a content as a patient would get it", declare_preview},
        {"quarantine", "Show what an import could not read, and try it again", declare_quarantine},
        {"backup", "Copy a data folder, also while it is served", declare_backup},
        {"verify", "Read the whole log and name what is damaged", declare_verify},
        {"synth", "Invent a practice to try things on", declare_synth},
    };
    return all;
}

}  // namespace parcours::app
