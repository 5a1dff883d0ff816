#include "server/connector/xpm/response_parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::connector::xpm {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxEnvelopeText = 64 << 10;
// What an element costs beyond its text and name.
constexpr std::size_t kElementBytes = 16;
// libexpat takes lengths as int.
constexpr std::size_t kMaxChunk = 1 << 20;

absl::Status Unreadable(std::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE, why);
}

// XPM may add a line break at the end of a value (reference 5.1). It is no part of it, or the value
// would differ from one read to the next, and be written back with it.
void DropLineBreaksAtEnd(std::string* text) { text->erase(text->find_last_not_of("\r\n") + 1); }

}  // namespace

bool Envelope::IsError() const {
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(status), "ERROR");
}

ResponseParser::ResponseParser(Receiver receiver, std::size_t max_client_bytes)
    : parser_(XML_ParserCreate(nullptr)),
      receiver_(std::move(receiver)),
      max_client_bytes_(max_client_bytes) {
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), &OnStart, &OnEnd);
  XML_SetCharacterDataHandler(parser_.get(), &OnText);
  XML_SetStartDoctypeDeclHandler(parser_.get(), &OnDoctype);
}

absl::Status ResponseParser::Feed(std::string_view chunk) {
  while (status_.ok() && !chunk.empty()) {
    const std::string_view piece = chunk.substr(0, kMaxChunk);
    chunk.remove_prefix(piece.size());
    status_ = Parse(piece, false);
  }
  return status_;
}

absl::Status ResponseParser::Finish() {
  if (status_.ok()) {
    status_ = Parse("", true);
  }
  return status_;
}

absl::Status ResponseParser::Parse(std::string_view chunk, bool last) {
  const XML_Status parsed =
      XML_Parse(parser_.get(), chunk.data(), static_cast<int>(chunk.size()), last ? 1 : 0);
  if (!status_.ok()) {
    return status_;  // Fail() said why
  }
  return parsed == XML_STATUS_OK
             ? CheckUnfinished(chunk.size())
             : Unreadable("the practice system's answer isn't a whole XML document");
}

absl::Status ResponseParser::CheckUnfinished(std::size_t bytes) {
  fed_bytes_ += bytes;
  // Negative where libexpat hasn't looked at the new bytes: then it is where it was.
  if (const XML_Index index = XML_GetCurrentByteIndex(parser_.get()); index >= 0) {
    parsed_bytes_ = std::max(parsed_bytes_, static_cast<std::size_t>(index));
  }
  // libexpat looks at a token that isn't finished only when there is twice as much of it.
  return fed_bytes_ - parsed_bytes_ <= 2 * max_client_bytes_
             ? absl::OkStatus()
             : Unreadable(
                   "a tag or comment in the practice system's answer is larger than allowed");
}

void ResponseParser::Fail(absl::Status status) {
  if (status_.ok()) {
    status_ = std::move(status);
    XML_StopParser(parser_.get(), XML_FALSE);
  }
}

void ResponseParser::OnStart(void* self, const XML_Char* name, const XML_Char**) {
  static_cast<ResponseParser*>(self)->Start(name);
}

void ResponseParser::OnEnd(void* self, const XML_Char*) {
  static_cast<ResponseParser*>(self)->End();
}

void ResponseParser::OnText(void* self, const XML_Char* text, int length) {
  static_cast<ResponseParser*>(self)->Text({text, static_cast<std::size_t>(length)});
}

void ResponseParser::OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<ResponseParser*>(self)->Fail(
      Unreadable("the practice system's answer isn't XML of the expected kind"));
}

bool ResponseParser::IsClientPath() const {
  return (path_.size() == 2 && path_[1] == "Client") ||
         (path_.size() == 3 && path_[1] == "Clients" && path_[2] == "Client");
}

bool ResponseParser::Grow(std::size_t bytes) {
  client_bytes_ += bytes;
  if (client_bytes_ > max_client_bytes_) {
    Fail(Unreadable("a client in the practice system's answer is larger than allowed"));
    return false;
  }
  return true;
}

// libexpat may still report what it has at hand after a stop.
void ResponseParser::Start(std::string_view name) {
  if (!status_.ok()) {
    return;
  }
  path_.emplace_back(name);
  text_.clear();
  if (path_.size() > kMaxDepth) {
    Fail(Unreadable("the practice system's answer is nested too deep"));
  } else if (path_.front() != "Response") {
    Fail(Unreadable("the practice system's answer isn't XML of the expected kind"));
  } else if (!inner_.empty()) {
    if (Grow(name.size() + kElementBytes)) {
      inner_.push_back(&inner_.back()->children.emplace_back());
      inner_.back()->name = name;
    }
  } else if (IsClientPath()) {
    client_ = XmlElement{.name = std::string(name)};
    client_bytes_ = 0;
    inner_.push_back(&client_);
  }
}

void ResponseParser::Text(std::string_view text) {
  if (!status_.ok()) {
    return;
  }
  if (!inner_.empty()) {
    if (Grow(text.size())) {
      inner_.back()->text += text;
    }
  } else if (text_.size() + text.size() <= kMaxEnvelopeText) {
    text_ += text;
  }
}

void ResponseParser::End() {
  if (!status_.ok()) {
    return;
  }
  if (!inner_.empty()) {
    DropLineBreaksAtEnd(&inner_.back()->text);
    inner_.pop_back();
    if (inner_.empty()) {
      if (absl::Status received = receiver_(client_); !received.ok()) {
        Fail(std::move(received));
      }
    }
  } else if (path_.size() == 2) {
    const std::pair<std::string_view, std::string*> known[] = {
        {"Status", &envelope_.status},
        {"ErrorDescription", &envelope_.error_description},
        {"WebUrl", &envelope_.web_url}};
    for (const auto& [name, value] : known) {
      if (path_.back() == name) {
        *value = text_;
      }
    }
  } else if (path_.size() == 4 && path_[1] == "Pagination" && path_[3] == "Next") {
    envelope_.next_page = text_;
  }
  path_.pop_back();
  text_.clear();
}

}  // namespace profilesync::connector::xpm
