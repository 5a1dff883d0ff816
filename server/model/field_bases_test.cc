// Bases under another normaliser than the one that made them.
#include "server/model/field_bases.h"

#include <gtest/gtest.h>

namespace profilesync::model {
namespace {

const Field& Phone() { return *Catalogue::Get().Find("primary_phone"); }

type::FieldValue ValueOf(const std::string& text) {
  type::FieldValue value;
  value.set_text(text);
  return value;
}

storage::v1::FieldBases Stored(const Normaliser& normaliser, const std::string& profile,
                               const std::string& practice) {
  FieldBases bases = FieldBases::Load(normaliser, {});
  bases.Set(Phone(), FieldBases::Make(normaliser, Phone(), ValueOf(profile), ValueOf(practice),
                                      /*source=*/"Phone"));
  return bases.Store(normaliser);
}

const Normaliser kNz("NZ", type::COMPANY);
const Normaliser kAu("AU", type::COMPANY);

TEST(FieldBasesTest, FormsAreMadeAnew) {
  const FieldBases bases = FieldBases::Load(kAu, Stored(kNz, "+64 9 555 0142", "+64 (9) 555-0142"));
  ASSERT_NE(bases.Find(Phone()), nullptr);
  EXPECT_EQ(bases.Find(Phone(), "Phone")->profile_form(),
            kAu.Normalise(Phone(), ValueOf("+64 9 555 0142")).bytes);
  EXPECT_EQ(bases.Find(Phone())->practice_form(), bases.Find(Phone())->profile_form());
}

TEST(FieldBasesTest, APairThatAgreesNoMoreIsNoBase) {
  const auto stored = Stored(kNz, "09 555 0142", "+64 9 555 0142");
  ASSERT_NE(FieldBases::Load(kNz, stored).Find(Phone()), nullptr);
  EXPECT_EQ(FieldBases::Load(kAu, stored).Find(Phone()), nullptr);
  FieldBases bases = FieldBases::Load(kAu, {});
  bases.SetAnew(kAu, Phone(), stored.bases(0));
  EXPECT_EQ(bases.Find(Phone()), nullptr);
}

TEST(FieldBasesTest, WhatWasKeptInAFormOfItsOwnStaysABase) {
  const FieldBases bases = FieldBases::Load(kAu, Stored(kNz, "09 555 0142 (Ann)", "09 555 0142"));
  ASSERT_NE(bases.Find(Phone()), nullptr);
  EXPECT_NE(bases.Find(Phone())->practice_form(), bases.Find(Phone())->profile_form());
}

}  // namespace
}  // namespace profilesync::model
