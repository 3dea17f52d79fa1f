#include "channel/keywords.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace parcours::channel {
namespace {

std::string name_of(Keyword keyword) {
    switch (keyword) {
        case Keyword::None:
            return "none";
        case Keyword::Stop:
            return "stop";
        case Keyword::Start:
            return "start";
        case Keyword::Help:
            return "help";
        case Keyword::Ambiguous:
            return "ambiguous";
    }
    return "?";
}

void expect_all(Keyword wanted, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        EXPECT_EQ(name_of(recognise_keyword(text)), name_of(wanted)) << "'" << text << "'";
    }
}

TEST(Keywords, StopsInEnglish) {
    expect_all(Keyword::Stop, {"STOP",
                               "stop",
                               "Stop.",
                               " stop \n",
                               "STOP!!!",
                               "STOP PLEASE",
                               "Please stop",
                               "pls stop",
                               "QUIT",
                               "END",
                               "REVOKE",
                               "OPT OUT",
                               "opt-out",
                               "OptOut",
                               "CANCEL",
                               "UNSUBSCRIBE",
                               "unsubscribe me please",
                               "STOPALL",
                               "stop all",
                               "Stop all messages",
                               "please stop texting me",
                               "stop sending messages",
                               "stop stop stop",
                               "STOP?",
                               "\"STOP\"",
                               "S T O P",
                               "s.t.o.p",
                               "stoooop",
                               "STOPPP",
                               "Hi, please stop. Thank you",
                               "remove me",
                               "please opt me out",
                               "stop\xF0\x9F\x99\x8F",
                               "STOP THE MESSAGES"});
}

TEST(Keywords, StopsInFrench) {
    expect_all(Keyword::Stop, {"ARRET",
                               "arrêt",
                               "ARRÊT",
                               "Arrete",
                               "arrête",
                               "Arrêtez svp",
                               "DESINSCRIRE",
                               "désinscrire",
                               "Désinscription",
                               "me désinscrire",
                               "STOP SMS",
                               "stop merci",
                               "Arrêtez s'il vous plaît",
                               "Arrêtez s’il vous plait",
                               "arretez les messages",
                               "Arrêtez de m'envoyer vos SMS",
                               "Merci d’arrêter",
                               "désinscrivez-moi",
                               "Je souhaite me désinscrire",
                               "ARRE\xCC\x82TE"});
}

TEST(Keywords, StopsInChinese) {
    expect_all(Keyword::Stop, {"退订", "退訂", "退订。", "请退订", "我要退订", "退订谢谢", "TD",
                               "td", "T", "t", "Ｔ", "ＴＤ", "ＳＴＯＰ", "取消订阅", "停止发送",
                               "停止发送短信", "不要再发了", "TD.", "「退订」"});
}

TEST(Keywords, LeavesDoubtToAPerson) {
    expect_all(Keyword::Ambiguous, {"please don't stop",
                                    "please don’t stop",
                                    "don't stop",
                                    "do not stop",
                                    "never stop",
                                    "I'll stop by tomorrow?",
                                    "stop by tomorrow?",
                                    "can I stop the metformin?",
                                    "cancel my appointment",
                                    "the end",
                                    "I quit smoking",
                                    "STOP or START",
                                    "stop start",
                                    "START STOP",
                                    "STOP HELP",
                                    "when does it end?",
                                    "ne pas arreter",
                                    "N'arrêtez pas",
                                    "l'arrêt",
                                    "je veux arrêter le traitement",
                                    "不要退订",
                                    "怎么退订",
                                    "别停止",
                                    "不停止",
                                    "STPO",
                                    "SOTP",
                                    "STO",
                                    "STOP0",
                                    "unsubcribe",
                                    "desinscire",
                                    "Arret de bus",
                                    "bus stop",
                                    "stop 2 of the 3 pills"});
}

TEST(Keywords, StartsAndHelpsOnlyAlone) {
    expect_all(Keyword::Start,
               {"START", "Start please", "unstop", "UNSTOP!", "resume", "subscribe", "opt in",
                "opt-in", "Reprendre", "réabonner", "订阅", "恢复", "请恢复订阅", "ＳＴＡＲＴ"});
    expect_all(Keyword::Help, {"HELP", "help?", "Info", "AIDE", "aide svp", "帮助", "請幫助"});
    expect_all(Keyword::None,
               {"When do I start the tablets?", "help me", "I need help with the form",
                "J'ai besoin d'aide", "started today", "YES", "oui", "STP 0"});
    expect_all(Keyword::Ambiguous, {"start help"});
}

TEST(Keywords, LeavesOrdinaryRepliesAlone) {
    expect_all(Keyword::None, {"",
                               " ",
                               "...",
                               "\xF0\x9F\x91\x8D",
                               "Yes, I will come",
                               "OK",
                               "thanks",
                               "merci",
                               "谢谢",
                               "1",
                               "C",
                               "Don't",
                               "can't",
                               "T 38.5",
                               "I weigh 80 kg",
                               "stopped",
                               "ending soon",
                               "unstoppable",
                               "Je viendrai demain",
                               "我明天来",
                               "please",
                               "T-shirt",
                               "weekend",
                               "\xFF\xFE",
                               std::string("\0\0", 2)});
}

TEST(Keywords, ReadsLongTexts) {
    std::string text(50000, 'a');
    EXPECT_EQ(recognise_keyword(text), Keyword::None);
    text += " stop";
    EXPECT_EQ(recognise_keyword(text), Keyword::Ambiguous);
}

}  // namespace
}  // namespace parcours::channel
