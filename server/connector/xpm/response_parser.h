#pragma once

#include <expat.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// What an answer says besides its clients.
struct Envelope {
  std::string status;  // "OK" or "ERROR"
  std::string error_description;
  std::string web_url;
  std::string next_page;  // the URL of the next page of a paged list

  // Whether the practice system says that it didn't do what it was asked.
  bool IsError() const;
};

// Takes a `<Response>` apart as it arrives, keeping no more than one client. Elements that it
// doesn't know, and the order of those that it does, don't matter. Document types, and with them
// entities, are refused; so is what is nested too deep or grows too large. Not thread-safe.
class ResponseParser {
 public:
  // Called for each client, complete, in document order. An error ends the parsing.
  using Receiver = std::function<absl::Status(const XmlElement& client)>;

  // `max_client_bytes` holds for the text and the names of one client together, and for what is not
  // complete yet: a tag with its attributes, or a comment, is kept until its end.
  ResponseParser(Receiver receiver, std::size_t max_client_bytes);
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;

  // The receiver's error, or UNAVAILABLE (PRACTICE_SYSTEM_UNAVAILABLE) for what can't be read.
  // After an error the parser is done, and answers the same again.
  absl::Status Feed(std::string_view chunk);
  // To be called after the last chunk. The same; UNAVAILABLE too for a document without an end.
  absl::Status Finish();

  // Complete once Finish() answered OK.
  const Envelope& envelope() const { return envelope_; }

 private:
  static void OnStart(void* self, const XML_Char* name, const XML_Char** attributes);
  static void OnEnd(void* self, const XML_Char* name);
  static void OnText(void* self, const XML_Char* text, int length);
  static void OnDoctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int);

  void Start(std::string_view name);
  void End();
  void Text(std::string_view text);
  absl::Status Parse(std::string_view chunk, bool last);
  // To be called after `bytes` more went to libexpat.
  absl::Status CheckUnfinished(std::size_t bytes);
  void Fail(absl::Status status);
  bool IsClientPath() const;
  // Counts towards the client's limit; false once it is passed.
  bool Grow(std::size_t bytes);

  struct ParserDeleter {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };

  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserDeleter> parser_;
  const Receiver receiver_;
  const std::size_t max_client_bytes_;
  absl::Status status_;
  Envelope envelope_;
  std::vector<std::string> path_;   // the open elements, from the root
  std::string text_;                // of the innermost element outside clients
  XmlElement client_;               // the one that is open
  std::vector<XmlElement*> inner_;  // its open elements; empty outside clients
  std::size_t client_bytes_ = 0;
  std::size_t fed_bytes_ = 0;
  std::size_t parsed_bytes_ = 0;  // of those, how many are behind libexpat
};

}  // namespace profilesync::connector::xpm
