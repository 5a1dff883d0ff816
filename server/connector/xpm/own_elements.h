#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/connector/xpm/field_mapping.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// How the text to write follows from an element that was read (reference 5.2).
enum class OwnFormat {
  kText,       // it is the same
  kDate,       // written yyyy-MM-dd
  kReference,  // the UUID in it, under another name
  kGstPeriod,  // read "2 Monthly", written "2"
};

// An element of a client that an update can write and that no field of ours holds.
struct OwnElement {
  ElementName name;
  OwnFormat format = OwnFormat::kText;
  // Whether writing it empty is known to mean something. What is chosen from a list is no text.
  bool clearable = false;
};

std::span<const OwnElement> OwnElements();
// By its name in an answer; nullptr where there is none.
const OwnElement* FindOwnElement(std::string_view read_name);

// What is to be written so that `client` would be read as it is; "" where the element is blank.
std::string OwnText(const XmlElement& client, const OwnElement& element);

}  // namespace profilesync::connector::xpm
