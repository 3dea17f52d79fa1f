#include "channel/crisis_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "channel/folded.h"

namespace parcours::channel {
namespace {

struct CrisisWords {
    Crisis crisis;
    std::string_view phrase;  ///< folded; a space at its end: the whole word
};

using enum Crisis;

/// Emergencies that people write of in their own words. They are to be found too often rather than
/// once too seldom.
constexpr auto latin_words = std::to_array<CrisisWords>({
    {SelfHarm, "suicid"},
    {SelfHarm, "kill myself"},
    {SelfHarm, "killing myself"},
    {SelfHarm, "end my life"},
    {SelfHarm, "ending my life"},
    {SelfHarm, "end it all"},
    {SelfHarm, "want to die"},
    {SelfHarm, "wish i was dead"},
    {SelfHarm, "wish i were dead"},
    {SelfHarm, "better off dead"},
    {SelfHarm, "better off without me"},
    {SelfHarm, "hurt myself"},
    {SelfHarm, "hurting myself"},
    {SelfHarm, "harm myself"},
    {SelfHarm, "cut myself"},
    {SelfHarm, "cutting myself"},
    {SelfHarm, "self harm"},
    {SelfHarm, "overdos"},
    {SelfHarm, "all my pills"},
    {SelfHarm, "no reason to live"},
    {SelfHarm, "don t want to live"},
    {SelfHarm, "dont want to live"},
    {SelfHarm, "me tuer"},
    {SelfHarm, "fin a mes jours"},
    {SelfHarm, "en finir"},
    {SelfHarm, "envie de mourir"},
    {SelfHarm, "veux mourir"},
    {SelfHarm, "me faire du mal"},
    {SelfHarm, "plus envie de vivre"},
    {SelfHarm, "surdose"},
    {SelfHarm, "tous mes medicaments"},
    {Violence, "hits me"},
    {Violence, "hit me "},
    {Violence, "hitting me"},
    {Violence, "beats me"},
    {Violence, "beat me "},
    {Violence, "beating me"},
    {Violence, "strangl"},
    {Violence, "choked me"},
    {Violence, "raped"},
    {Violence, "rape "},
    {Violence, "kill me"},
    {Violence, "threatens me"},
    {Violence, "threatened me"},
    {Violence, "afraid of my husband"},
    {Violence, "afraid of my wife"},
    {Violence, "afraid of my partner"},
    {Violence, "not safe at home"},
    {Violence, "me frappe"},
    {Violence, "m a frappe"},
    {Violence, "me bat "},
    {Violence, "me menace"},
    {Violence, "m a menace"},
    {Violence, "viol "},
    {Violence, "violee"},
    {Violence, "etrangl"},
    {Violence, "me tuer"},
    {Violence, "peur de mon mari"},
    {Violence, "peur de ma femme"},
    {Violence, "peur de mon conjoint"},
    {Violence, "peur de mon compagnon"},
    {Chest, "chest pain"},
    {Chest, "chest hurts"},
    {Chest, "chest tight"},
    {Chest, "tight chest"},
    {Chest, "pain in my chest"},
    {Chest, "pressure in my chest"},
    {Chest, "pressure on my chest"},
    {Chest, "heart attack"},
    {Chest, "douleur a la poitrine"},
    {Chest, "douleurs a la poitrine"},
    {Chest, "douleur dans la poitrine"},
    {Chest, "douleurs dans la poitrine"},
    {Chest, "douleur thoracique"},
    {Chest, "mal a la poitrine"},
    {Chest, "poitrine serre"},
    {Chest, "poitrine qui serre"},
    {Chest, "serre la poitrine"},
    {Chest, "crise cardiaque"},
    {Chest, "infarctus"},
    {Stroke, "stroke "},
    {Stroke, "face droop"},
    {Stroke, "face is droop"},
    {Stroke, "slurred"},
    {Stroke, "slurring"},
    {Stroke, "can t speak"},
    {Stroke, "cant speak"},
    {Stroke, "cannot speak"},
    {Stroke, "can t move my arm"},
    {Stroke, "can t move my leg"},
    {Stroke, "arm is numb"},
    {Stroke, "numb on one side"},
    {Stroke, "numbness on one side"},
    {Stroke, "weak on one side"},
    {Stroke, "sudden weakness"},
    {Stroke, "avc "},
    {Stroke, "bouche de travers"},
    {Stroke, "visage paralys"},
    {Stroke, "bras paralys"},
    {Stroke, "plus a parler"},
    {Stroke, "engourdi d un cote"},
    {Breathing, "can t breathe"},
    {Breathing, "cant breathe"},
    {Breathing, "cannot breathe"},
    {Breathing, "short of breath"},
    {Breathing, "struggling to breathe"},
    {Breathing, "throat is closing"},
    {Breathing, "throat closing"},
    {Breathing, "plus a respirer"},
    {Breathing, "pas a respirer"},
    {Breathing, "mal a respirer"},
    {Breathing, "etouffe"},
    {Breathing, "gorge qui gonfle"},
    {Bleeding, "bleeding"},
    {Bleeding, "hemorrhag"},
    {Bleeding, "baby is not moving"},
    {Bleeding, "baby not moving"},
    {Bleeding, "baby stopped moving"},
    {Bleeding, "waters broke"},
    {Bleeding, "water broke"},
    {Bleeding, "saigne"},
    {Bleeding, "hemorragie"},
    {Bleeding, "bebe ne bouge"},
    {Bleeding, "perdu les eaux"},
    {Other, "passed out"},
    {Other, "unconscious"},
    {Other, "perdu connaissance"},
    {Other, "evanoui"},
});

constexpr auto han_words = std::to_array<CrisisWords>({
    {SelfHarm, "自杀"},      {SelfHarm, "自殺"},      {SelfHarm, "想死"},
    {SelfHarm, "不想活"},    {SelfHarm, "活不下去"},  {SelfHarm, "结束生命"},
    {SelfHarm, "結束生命"},  {SelfHarm, "自残"},      {SelfHarm, "自殘"},
    {SelfHarm, "自伤"},      {SelfHarm, "自傷"},      {SelfHarm, "服药过量"},
    {SelfHarm, "吞药"},      {SelfHarm, "轻生"},      {SelfHarm, "輕生"},
    {Violence, "家暴"},      {Violence, "打我"},      {Violence, "强奸"},
    {Violence, "強姦"},      {Violence, "强暴"},      {Violence, "威胁我"},
    {Violence, "威脅我"},    {Violence, "杀我"},      {Violence, "殺我"},
    {Chest, "胸痛"},         {Chest, "胸口痛"},       {Chest, "胸口疼"},
    {Chest, "胸闷"},         {Chest, "胸悶"},         {Chest, "心梗"},
    {Chest, "心脏病发"},     {Chest, "心臟病發"},     {Stroke, "中风"},
    {Stroke, "中風"},        {Stroke, "口齿不清"},    {Stroke, "口齒不清"},
    {Stroke, "嘴歪"},        {Stroke, "说不出话"},    {Stroke, "半身"},
    {Breathing, "呼吸困"},   {Breathing, "喘不过气"}, {Breathing, "喘不過氣"},
    {Breathing, "喘不上气"}, {Breathing, "不能呼吸"}, {Bleeding, "出血"},
    {Bleeding, "流血"},      {Bleeding, "见红"},      {Bleeding, "胎动"},
    {Bleeding, "胎動"},      {Bleeding, "破水"},      {Other, "昏迷"},
    {Other, "晕倒"},         {Other, "暈倒"},
});

std::string without_spaces(std::string text) {
    std::erase(text, ' ');
    return text;
}

bool is_han(std::string_view text) {
    return !text.empty() && static_cast<unsigned char>(text.front()) >= 0xE0;
}

}  // namespace

std::string_view crisis_name(Crisis crisis) {
    switch (crisis) {
        case SelfHarm:
            return "self-harm";
        case Violence:
            return "violence";
        case Chest:
            return "chest pain";
        case Stroke:
            return "signs of a stroke";
        case Breathing:
            return "breathing";
        case Bleeding:
            return "bleeding or pregnancy";
        case Other:
            return "an emergency";
    }
    return {};
}

std::optional<Crisis> find_crisis(std::string_view text, std::span<const std::string> more) {
    const std::string folded = fold_words(text);
    for (const CrisisWords& words : latin_words) {
        if (folded.find(" " + std::string(words.phrase)) != std::string::npos) {
            return words.crisis;
        }
    }
    const std::string dense = without_spaces(folded);
    for (const CrisisWords& words : han_words) {
        if (dense.find(words.phrase) != std::string::npos) {
            return words.crisis;
        }
    }
    for (const std::string& own : more) {
        const std::string phrase = fold_words(own);
        const bool found =
            is_han(own) ? dense.find(without_spaces(phrase)) != std::string::npos
                        : folded.find(phrase.substr(0, phrase.size() - 1)) != std::string::npos;
        if (phrase.size() > 2 && found) {
            return Other;
        }
    }
    return std::nullopt;
}

}  // namespace parcours::channel
