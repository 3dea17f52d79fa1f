#include "synth/names.h"

#include <array>
#include <span>
#include <string_view>

namespace parcours::synth {
namespace {

constexpr std::array<Name, 24> english_women = {{
    {"Amelia", "amelia"}, {"Brenda", "brenda"}, {"Carol", "carol"},     {"Dana", "dana"},
    {"Edith", "edith"},   {"Fiona", "fiona"},   {"Grace", "grace"},     {"Hazel", "hazel"},
    {"Imani", "imani"},   {"Joyce", "joyce"},   {"Kayla", "kayla"},     {"Laura", "laura"},
    {"Megan", "megan"},   {"Nora", "nora"},     {"Olive", "olive"},     {"Paula", "paula"},
    {"Rosa", "rosa"},     {"Sheila", "sheila"}, {"Tamika", "tamika"},   {"Una", "una"},
    {"Vera", "vera"},     {"Wendy", "wendy"},   {"Yolanda", "yolanda"}, {"Zoe", "zoe"},
}};
constexpr std::array<Name, 24> english_men = {{
    {"Aaron", "aaron"},     {"Brian", "brian"},   {"Carlos", "carlos"}, {"Derek", "derek"},
    {"Elijah", "elijah"},   {"Frank", "frank"},   {"Gordon", "gordon"}, {"Hector", "hector"},
    {"Isaac", "isaac"},     {"Jamal", "jamal"},   {"Keith", "keith"},   {"Leon", "leon"},
    {"Marcus", "marcus"},   {"Neil", "neil"},     {"Oscar", "oscar"},   {"Philip", "philip"},
    {"Quentin", "quentin"}, {"Roy", "roy"},       {"Samuel", "samuel"}, {"Trevor", "trevor"},
    {"Victor", "victor"},   {"Walter", "walter"}, {"Xavier", "xavier"}, {"Zachary", "zachary"},
}};
constexpr std::array<Name, 40> english_families = {{
    {"Alderton", "alderton"},
    {"Barrowby", "barrowby"},
    {"Castell", "castell"},
    {"Dunmere", "dunmere"},
    {"Eastlake", "eastlake"},
    {"Farrowell", "farrowell"},
    {"Garside", "garside"},
    {"Holloway", "holloway"},
    {"Inglefield", "inglefield"},
    {"Jessamy", "jessamy"},
    {"Kettering", "kettering"},
    {"Larkspur", "larkspur"},
    {"Marchbank", "marchbank"},
    {"Northcott", "northcott"},
    {"Okafor", "okafor"},
    {"Penhallow", "penhallow"},
    {"Quillfeather", "quillfeather"},
    {"Ravensdale", "ravensdale"},
    {"Sandoval", "sandoval"},
    {"Thistlewood", "thistlewood"},
    {"Underhill", "underhill"},
    {"Varga", "varga"},
    {"Whitcombe", "whitcombe"},
    {"Yarrow", "yarrow"},
    {"Ashdown", "ashdown"},
    {"Brightwater", "brightwater"},
    {"Colfax", "colfax"},
    {"Delgado", "delgado"},
    {"Elmhurst", "elmhurst"},
    {"Fairbairn", "fairbairn"},
    {"O'Grady", "ogrady"},
    {"Hartigan", "hartigan"},
    {"Ibarra", "ibarra"},
    {"Juniper", "juniper"},
    {"Kowalczyk", "kowalczyk"},
    {"Lindqvist", "lindqvist"},
    {"Mbeki-Rowe", "mbekirowe"},
    {"Nightingale", "nightingale"},
    {"Osgood", "osgood"},
    {"Prendergast", "prendergast"},
}};
constexpr std::array<Name, 20> french_women = {{
    {"Adèle", "adele"},         {"Bérénice", "berenice"}, {"Camille", "camille"},
    {"Danièle", "daniele"},     {"Élodie", "elodie"},     {"Françoise", "francoise"},
    {"Gisèle", "gisele"},       {"Hélène", "helene"},     {"Inès", "ines"},
    {"Joséphine", "josephine"}, {"Léa", "lea"},           {"Margaux", "margaux"},
    {"Noémie", "noemie"},       {"Odile", "odile"},       {"Pauline", "pauline"},
    {"Renée", "renee"},         {"Solène", "solene"},     {"Thérèse", "therese"},
    {"Violette", "violette"},   {"Zélie", "zelie"},
}};
constexpr std::array<Name, 20> french_men = {{
    {"Antoine", "antoine"}, {"Benoît", "benoit"},       {"Cédric", "cedric"},
    {"Didier", "didier"},   {"Émile", "emile"},         {"François", "francois"},
    {"Gaël", "gael"},       {"Hugo", "hugo"},           {"Jérôme", "jerome"},
    {"Loïc", "loic"},       {"Mathieu", "mathieu"},     {"Noël", "noel"},
    {"Olivier", "olivier"}, {"Pascal", "pascal"},       {"Quentin", "quentin"},
    {"Rémi", "remi"},       {"Sébastien", "sebastien"}, {"Théo", "theo"},
    {"Ulysse", "ulysse"},   {"Yves", "yves"},
}};
constexpr std::array<Name, 24> french_families = {{
    {"Aubertin", "aubertin"},
    {"Beauvallon", "beauvallon"},
    {"Chantereine", "chantereine"},
    {"Delorme-Roux", "delormeroux"},
    {"Étancelin", "etancelin"},
    {"Fontbrune", "fontbrune"},
    {"Grandpré", "grandpre"},
    {"Hautecombe", "hautecombe"},
    {"Jolivet", "jolivet"},
    {"Kerbrat", "kerbrat"},
    {"Lavaudier", "lavaudier"},
    {"Montferrand", "montferrand"},
    {"Nivelle", "nivelle"},
    {"Orsenne", "orsenne"},
    {"Pontcarré", "pontcarre"},
    {"Quesnoy", "quesnoy"},
    {"Rochebrune", "rochebrune"},
    {"Saint-Aubin", "saintaubin"},
    {"Tréville", "treville"},
    {"Valombreuse", "valombreuse"},
    {"Jean-Baptiste", "jeanbaptiste"},
    {"Toussaint", "toussaint"},
    {"Diallo", "diallo"},
    {"Benamar", "benamar"},
}};
constexpr std::array<Name, 20> chinese_women = {{
    {"晓梅", "xiaomei"}, {"丽华", "lihua"},   {"静怡", "jingyi"},  {"雅婷", "yating"},
    {"秀英", "xiuying"}, {"思远", "siyuan"},  {"雨欣", "yuxin"},   {"佳慧", "jiahui"},
    {"美玲", "meiling"}, {"淑芬", "shufen"},  {"婉清", "wanqing"}, {"诗涵", "shihan"},
    {"凤霞", "fengxia"}, {"春燕", "chunyan"}, {"若兰", "ruolan"},  {"欣然", "xinran"},
    {"桂芳", "guifang"}, {"月华", "yuehua"},  {"梦瑶", "mengyao"}, {"紫薇", "ziwei"},
}};
constexpr std::array<Name, 20> chinese_men = {{
    {"建国", "jianguo"}, {"志强", "zhiqiang"}, {"伟明", "weiming"},  {"浩然", "haoran"},
    {"子轩", "zixuan"},  {"文博", "wenbo"},    {"国栋", "guodong"},  {"永福", "yongfu"},
    {"天宇", "tianyu"},  {"俊杰", "junjie"},   {"海涛", "haitao"},   {"德昌", "dechang"},
    {"宏伟", "hongwei"}, {"家豪", "jiahao"},   {"明轩", "mingxuan"}, {"书豪", "shuhao"},
    {"立新", "lixin"},   {"少华", "shaohua"},  {"一鸣", "yiming"},   {"泽宇", "zeyu"},
}};
constexpr std::array<Name, 24> chinese_families = {{
    {"陈", "chen"}, {"林", "lin"},   {"黄", "huang"}, {"张", "zhang"}, {"李", "li"},
    {"王", "wang"}, {"吴", "wu"},    {"刘", "liu"},   {"蔡", "cai"},   {"杨", "yang"},
    {"许", "xu"},   {"郑", "zheng"}, {"谢", "xie"},   {"郭", "guo"},   {"洪", "hong"},
    {"邱", "qiu"},  {"曾", "zeng"},  {"廖", "liao"},  {"赖", "lai"},   {"徐", "xu"},
    {"周", "zhou"}, {"叶", "ye"},    {"苏", "su"},    {"江", "jiang"},
}};

constexpr std::array<Town, 6> towns_home = {{
    {"Alder Falls", "MA", "01099", "US"},
    {"Alder Falls", "MA", "01099", "US"},
    {"Wrenfield", "MA", "01297", "US"},
    {"Quabbin Mills", "MA", "01398", "US"},
    {"East Larkton", "MA", "01596", "US"},
    {"Harrow Bay", "NH", "03397", "US"},
}};
constexpr std::array<Town, 2> towns_french = {{
    {"Saint-Orlan-sur-Vire", "", "50999", "FR"},
    {"Montbrelan", "", "69998", "FR"},
}};
constexpr std::array<Town, 2> towns_chinese = {{
    {"青溪市", "浙江省", "319998", "CN"},
    {"云岭市", "福建省", "369998", "CN"},
}};
constexpr std::array<std::string_view, 12> streets_home = {
    "Millrace Road",      "Tanager Lane",   "Old Ferry Street",  "Juniper Court",
    "Stonebridge Avenue", "Candlewick Way", "Orchard Hill Road", "Heron Street",
    "Copperfield Drive",  "Lantern Street", "Birchbark Lane",    "Quarry Road"};
constexpr std::array<std::string_view, 6> streets_french = {
    "rue des Alouettes", "chemin du Vieux Lavoir", "avenue des Tilleuls",
    "impasse du Moulin", "place des Cordeliers",   "rue de la Fontaine"};
constexpr std::array<std::string_view, 6> streets_chinese = {"松风路", "荷塘街", "长桥路",
                                                             "梅园路", "望江街", "桂花巷"};

constexpr std::array<int, 60> areas = {413, 508, 617, 774, 781, 857, 978, 351, 339, 603, 401, 203,
                                       860, 475, 959, 802, 207, 212, 315, 332, 347, 516, 518, 585,
                                       607, 631, 646, 716, 718, 845, 914, 917, 929, 934, 201, 551,
                                       609, 732, 848, 856, 862, 908, 973, 215, 267, 272, 412, 484,
                                       570, 610, 717, 724, 814, 878, 302, 240, 301, 410, 443, 667};

}  // namespace

std::span<const Name> given_names(Language language, bool female) {
    switch (language) {
        case Language::French:
            return female ? std::span<const Name>(french_women) : std::span<const Name>(french_men);
        case Language::Chinese:
            return female ? std::span<const Name>(chinese_women)
                          : std::span<const Name>(chinese_men);
        case Language::English:
            break;
    }
    return female ? std::span<const Name>(english_women) : std::span<const Name>(english_men);
}

std::span<const Name> family_names(Language language) {
    switch (language) {
        case Language::French:
            return french_families;
        case Language::Chinese:
            return chinese_families;
        case Language::English:
            break;
    }
    return english_families;
}

std::span<const Town> home_towns() {
    return towns_home;
}
std::span<const Town> french_towns() {
    return towns_french;
}
std::span<const Town> chinese_towns() {
    return towns_chinese;
}

std::span<const std::string_view> streets(std::string_view country) {
    if (country == "FR") {
        return streets_french;
    }
    if (country == "CN") {
        return streets_chinese;
    }
    return streets_home;
}

std::span<const int> area_codes() {
    return areas;
}

}  // namespace parcours::synth
