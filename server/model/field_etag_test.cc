#include "server/model/field_etag.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace profilesync::model {
namespace {

type::FieldValue Text(const std::string& text) {
  type::FieldValue value;
  value.set_text(text);
  return value;
}

EtagInput Input() {
  return {.link = "firms/f/links/l",
          .practice_client_id = "c",
          .field = "website",
          .profile_value = Text("a.example"),
          .practice_known = true,
          .practice_value = Text("b.example"),
          .mapping_revision = 1,
          .pending_operation = ""};
}

const std::string kKey(32, 'k');

TEST(FieldEtagTest, ChangesWithWhatItStandsFor) {
  std::vector<EtagInput> inputs(8, Input());
  inputs[1].profile_value = Text("c.example");
  inputs[2].practice_value = Text("a.example");
  inputs[3].practice_known = false;
  inputs[4].mapping_revision = 2;
  inputs[5].pending_operation = "firms/f/syncOperations/o";
  inputs[6].profile_value = Text("a.exampl");
  inputs[7].practice_client_id = "d";
  std::set<std::string> etags;
  for (const EtagInput& input : inputs) {
    const std::string etag = MakeFieldEtag(kKey, input);
    EXPECT_TRUE(etags.insert(etag).second) << etag;
    EXPECT_EQ(MatchFieldEtag(etag, MakeFieldEtag(kKey, inputs[0])),
              etags.size() == 1 ? EtagMatch::kSame : EtagMatch::kMoved);
  }
}

TEST(FieldEtagTest, IsForeignToAnotherLinkOrFieldAndWhenDamaged) {
  const std::string current = MakeFieldEtag(kKey, Input());
  EtagInput other_link = Input();
  other_link.link = "firms/f/links/m";
  EtagInput other_field = Input();
  other_field.field = "email";
  for (const std::string& etag : {MakeFieldEtag(kKey, other_link), MakeFieldEtag(kKey, other_field),
                                  MakeFieldEtag(std::string(32, 'x'), Input()), std::string(),
                                  std::string("zzz"), current + "A", current.substr(1)}) {
    EXPECT_EQ(MatchFieldEtag(etag, current), EtagMatch::kForeign) << etag;
  }
}

}  // namespace
}  // namespace profilesync::model
