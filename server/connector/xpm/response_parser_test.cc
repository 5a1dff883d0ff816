#include "server/connector/xpm/response_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::connector::xpm {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

struct Parsed {
  absl::Status status;
  Envelope envelope;
  std::vector<XmlElement> clients;
};

Parsed Parse(std::string_view document, std::size_t step = 1 << 20,
             std::size_t max_client_bytes = 1 << 20) {
  Parsed parsed;
  ResponseParser parser(
      [&](const XmlElement& client) {
        parsed.clients.push_back(client);
        return absl::OkStatus();
      },
      max_client_bytes);
  for (std::size_t i = 0; i < document.size() && parsed.status.ok(); i += step) {
    parsed.status = parser.Feed(document.substr(i, step));
  }
  if (parsed.status.ok()) {
    parsed.status = parser.Finish();
  }
  parsed.envelope = parser.envelope();
  return parsed;
}

std::string Nested(int depth) {
  std::string open;
  std::string close;
  for (int i = 0; i < depth; ++i) {
    open += "<a>";
    close += "</a>";
  }
  return absl::StrCat("<Response><Client>", open, close, "</Client></Response>");
}

TEST(ResponseParserTest, TakesAnAnswerApartWhereverItIsCut) {
  const std::string document =
      "<?xml version=\"1.0\"?>\n<Response "
      "api-method=\"List\"><WebUrl>https://x/?a=1&amp;b=2</WebUrl>"
      "<Clients><Client><UUID>1</UUID><Name>Tom &amp; J\xc3\xa9r\xc3\xb4me \xf0\x9f\x98\x80</Name>"
      "<Address>Unit 4\r\n17 "
      "Kauri</Address><Contacts><Contact><Name>Inner</Name></Contact></Contacts>"
      "<Phone/><Fax></Fax></Client><Client><Name><![CDATA[<b>]]></Name></Client></Clients>"
      "<Unknown><Status>inner</Status></Unknown>"
      "<Pagination><Links><First>f</First><Next>n</Next></Links></Pagination>"
      "<Status>OK</Status></Response>\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, document.size()}) {
    const Parsed parsed = Parse(document, step);
    ASSERT_TRUE(parsed.status.ok()) << parsed.status;
    EXPECT_EQ(parsed.envelope.status, "OK");
    EXPECT_EQ(parsed.envelope.web_url, "https://x/?a=1&b=2");
    EXPECT_EQ(parsed.envelope.next_page, "n");
    ASSERT_EQ(parsed.clients.size(), 2u);
    const XmlElement& client = parsed.clients[0];
    EXPECT_THAT(client.Text("Name"),
                Optional(std::string("Tom & J\xc3\xa9r\xc3\xb4me \xf0\x9f\x98\x80")));
    EXPECT_THAT(client.Text("Address"), Optional(std::string("Unit 4\n17 Kauri")));
    EXPECT_THAT(client.Text("Phone"), Optional(std::string()));
    EXPECT_THAT(client.Text("Fax"), Optional(std::string()));
    EXPECT_EQ(client.Text("Email"), std::nullopt);
    EXPECT_EQ(client.Find("Contacts")->children[0].Text("Name"), "Inner");
    EXPECT_THAT(parsed.clients[1].Text("Name"), Optional(std::string("<b>")));
  }
}

TEST(ResponseParserTest, ALineBreakAtItsEndIsNoPartOfAValue) {
  const Parsed parsed = Parse(
      "<Response><Client><Name>Ann \n</Name><Phone>1&#xD;\n</Phone><Fax>\n</Fax><Contacts><Contact>"
      "<Mobile>2\n</Mobile></Contact></Contacts></Client></Response>");
  ASSERT_EQ(parsed.clients.size(), 1u) << parsed.status;
  const XmlElement& client = parsed.clients[0];
  EXPECT_THAT(client.Text("Name"), Optional(std::string("Ann "))) << "spaces are its own";
  EXPECT_THAT(client.Text("Phone"), Optional(std::string("1")));
  EXPECT_THAT(client.Text("Fax"), Optional(std::string()));
  EXPECT_THAT(client.Find("Contacts")->children[0].Text("Mobile"), Optional(std::string("2")));
}

TEST(ResponseParserTest, ReadsErrorsInAnyCase) {
  for (const char* status : {"ERROR", "Error", " error "}) {
    const Parsed parsed = Parse(absl::StrCat("<Response><Status>", status,
                                             "</Status><ErrorDescription>No &lt;x&gt;"
                                             "</ErrorDescription></Response>"));
    EXPECT_TRUE(parsed.envelope.IsError());
    EXPECT_EQ(parsed.envelope.error_description, "No <x>");
  }
  EXPECT_FALSE(Parse("<Response><Status>OK</Status></Response>").envelope.IsError());
}

TEST(ResponseParserTest, RefusesWhatIsNoWholeResponse) {
  for (const std::string& document :
       {std::string(), std::string("  "), std::string("{\"status\":\"OK\"}"),
        std::string("<html><body>x</body></html>"), std::string("<!DOCTYPE html><html></html>"),
        std::string("<Response><Client><UUID>1</UUID>"), std::string("<Response>"),
        std::string("<Response></Response><Response></Response>"),
        std::string("<Response><Status>OK</Response>"), std::string("<Response>&nope;</Response>"),
        std::string("<Response>\xff\xfe\xfd</Response>"),
        std::string("<Response>\0</Response>", 22), std::string("<Response>&#0;</Response>"),
        std::string("<Response>a & b</Response>")}) {
    const Parsed parsed = Parse(document);
    EXPECT_EQ(parsed.status.code(), absl::StatusCode::kUnavailable) << document;
    EXPECT_EQ(ReasonOf(parsed.status), v1::PRACTICE_SYSTEM_UNAVAILABLE) << document;
  }
}

TEST(ResponseParserTest, RefusesDocumentTypesAndEntities) {
  for (const char* document : {"<!DOCTYPE Response [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                               "<Response><Client><Name>&x;</Name></Client></Response>",
                               "<!DOCTYPE Response SYSTEM \"http://127.0.0.1:1/x.dtd\"><Response/>",
                               "<!DOCTYPE Response [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
                               "<Response><Client><Name>&b;</Name></Client></Response>"}) {
    const Parsed parsed = Parse(document);
    EXPECT_EQ(parsed.status.code(), absl::StatusCode::kUnavailable) << document;
    EXPECT_TRUE(parsed.clients.empty());
  }
}

TEST(ResponseParserTest, HoldsClientsToTheirSizeAndDepth) {
  EXPECT_TRUE(Parse(Nested(30)).status.ok());
  EXPECT_THAT(std::string(Parse(Nested(31)).status.message()), HasSubstr("too deep"));
  EXPECT_THAT(std::string(Parse(Nested(100000)).status.message()), HasSubstr("too deep"));

  const auto client = [](const std::string& inner) {
    return absl::StrCat("<Client>", inner, "</Client>");
  };
  const std::string name = "<Name>" + std::string(900, 'x') + "</Name>";
  const std::string two =
      absl::StrCat("<Response><Clients>", client(name), client(name), "</Clients></Response>");
  EXPECT_TRUE(Parse(two, 100, 1000).status.ok());  // each for itself
  EXPECT_THAT(std::string(Parse(two, 100, 899).status.message()), HasSubstr("larger than allowed"));
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many += "<a/>";
  }
  EXPECT_FALSE(Parse("<Response>" + client(many) + "</Response>", 1000, 1000).status.ok());
}

TEST(ResponseParserTest, HoldsWhatNeverEndsToTheSameSize) {
  const std::string endless(5000, 'x');
  for (const std::string start :
       {"<Response><Clients><Client a=\"", "<Response><Clients><Client><Name b='", "<Response><!--",
        "<Response><Clients><Client><!--", "<Response a=\"", "<!-- ", "<?pi ",
        "<Response><Clients><", "<Response></", "<Response></Response><!--"}) {
    const Parsed parsed = Parse(start + endless, 100, 1000);
    EXPECT_THAT(std::string(parsed.status.message()), HasSubstr("larger than allowed")) << start;
  }
}

TEST(ResponseParserTest, TakesAsMuchUnfinishedAsItMayAndLongDocuments) {
  const std::string client = "<Client a='" + std::string(900, 'x') + "'><!--" +
                             std::string(900, 'y') + "--><Name>A</Name></Client>";
  std::string clients;
  for (int i = 0; i < 20; ++i) {
    clients += client;
  }
  for (const std::size_t step : {1, 7, 100}) {
    const Parsed parsed =
        Parse("<Response><Clients>" + clients + "</Clients></Response>", step, 1000);
    EXPECT_TRUE(parsed.status.ok()) << parsed.status;
    EXPECT_EQ(parsed.clients.size(), 20u);
  }
}

TEST(ResponseParserTest, TheReceiversErrorEndsIt) {
  int received = 0;
  ResponseParser parser(
      [&](const XmlElement&) {
        ++received;
        return absl::AbortedError("enough");
      },
      1000);
  const std::string document =
      "<Response><Clients><Client/><Client/><Client/></Clients></Response>";
  EXPECT_EQ(parser.Feed(document), absl::AbortedError("enough"));
  EXPECT_EQ(parser.Feed(document), absl::AbortedError("enough"));
  EXPECT_EQ(parser.Finish(), absl::AbortedError("enough"));
  EXPECT_EQ(received, 1);
}

TEST(XmlElementTest, TakesTheFirstTextThatIsNotBlank) {
  const Parsed parsed = Parse(
      "<Response><Client><A></A><A> </A><A>1</A><A>2</A><B>1</B><B/><C/><C/></Client></Response>");
  ASSERT_TRUE(parsed.status.ok()) << parsed.status;
  const XmlElement& client = parsed.clients[0];
  EXPECT_EQ(client.Text("A"), "1");
  EXPECT_EQ(client.Text("B"), "1");
  EXPECT_EQ(client.Text("C"), "");
  EXPECT_EQ(client.Text("D"), std::nullopt);
}

TEST(XmlElementTest, EscapedTextReadsBack) {
  const std::string texts[] = {"a & b < c > d \" e ' f", "]]>", "\r\n\t", "\xf0\x9f\x98\x80"};
  for (const std::string& text : texts) {
    const Parsed parsed =
        Parse(absl::StrCat("<Response><Client><A>x", EscapeXml(text), "x</A></Client></Response>"));
    ASSERT_TRUE(parsed.status.ok()) << parsed.status;
    EXPECT_EQ(parsed.clients[0].Text("A"), "x" + text + "x");
  }
  for (const std::string& text : texts) {
    EXPECT_TRUE(FitsXml(text)) << text;
  }
  for (const std::string& unfit :
       {std::string("a\0", 2), std::string("\x1f"), std::string("b\xef\xbf\xbe")}) {
    EXPECT_FALSE(FitsXml(unfit)) << unfit;
  }
  EXPECT_EQ(EscapeXml(std::string("a\0b\x01\x1f\xef\xbf\xbe\xef\xbf\xbf"
                                  "c",
                                  12)),
            "abc");
}

}  // namespace
}  // namespace profilesync::connector::xpm
