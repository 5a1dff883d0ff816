#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace profilesync::xpm_sandbox {

// What can go wrong with a call. A fault strikes calls that have passed the token, the tenant, the
// scope and the limits, or at the OAuth endpoints the app's secret, so one that is refused there
// leaves it for the next. OAuth endpoints report errors in their own words, see ErrorForm.
enum class FaultKind {
  // Answers other than XPM's own. Nothing is applied, or all with `applied`.
  kHtml,             // 200 with an HTML page
  kEmpty,            // 200 with nothing
  kUnauthorized,     // 401, token expired
  kBadToken,         // 401, the token isn't known
  kForbidden,        // 403
  kConflict,         // 409
  kRateMinute,       // 429; Retry-After is `retry_after`
  kRateDay,          // 429; likewise
  kRateConcurrent,   // 429, no Retry-After
  kRateApp,          // 429, the app's minute; likewise
  kServerError,      // 500 with a ResponseError
  kServerErrorJunk,  // 500 with an HTML page
  kUnavailable,      // 503
  kRedirect,         // 302 to `location`
  kBusinessError,    // 200 with Status ERROR and `value` as its text; OAuth: 400 with it as error
  // No answer: the connection is closed. Applied or not as above.
  kDrop,     // at once
  kTimeout,  // when the caller gives up, at Release(), or when the sandbox stops
  // A failure, or no answer, and a write that is carried out all the same: `delay_ms` later, or at
  // Release() or ApplyLateWrites(). Until then reads show what was there before.
  kLateServerError,  // as kServerError
  kLateDrop,         // as kDrop
  kLateTimeout,      // as kTimeout
  // XPM's own answer, late or damaged. The call is always applied.
  kHang,            // waits for Release(), then answers as usual; never applied if the caller left
  kHalf,            // the first half of the document, with a Content-Length that fits
  kCutInClient,     // cut in the middle of the middle client; likewise
  kCutAfterClient,  // cut after the middle client's end tag; likewise
  kOversize,        // the document grown to more than `bytes` bytes, still well-formed
  kCloseMidBody,  // the first half with the whole's Content-Length, then the end of the connection
  kResetMidBody,  // likewise, with a reset
  kChunked,       // in chunks, without a Content-Length; nothing is wrong with it
  kChunkedNoEnd,  // likewise, but the connection ends where the last chunk should come
  kContentType,   // with `value` as Content-Type; empty for none
  // XPM's own answer, written as the reference warns that it might be; see document_damage.h.
  kBom,              // a byte order mark before it
  kDeclaration,      // an XML declaration before it
  kCrlf,             // line ends within values are CRLF
  kTrailingNewline,  // `element` ends in a newline; empty for all text
  kDuplicate,        // `element` (DateOfBirth) once more at a client's end, with `value`
  kDuplicateBefore,  // likewise, at its beginning
  kReordered,        // a client's elements in reverse
  kUnknown,          // elements that nobody knows, at every level
  kAbsent,           // `element` is left out; empty for the whole tax block
  kComments,         // comments between elements and within text
  kCdata,            // text in CDATA sections
  kEmptyForms,       // <X></X> as <X/>, and <X /> as <X></X>
  kIndented,         // line breaks and spaces between elements
  // XPM's own answer, about other clients than it should be. Strikes lists, paged lists and
  // searches; the second get too.
  kHideClient,  // as if the client whose UUID is `element` weren't there
  kUnasked,  // that client as well, asked for or not, a second time if it was; get has it instead
  // The usual answer, and something else besides.
  kAlsoSet,    // a write also sets `element` to `value`, asked or not, in the same transaction
  kEditAfter,  // after the call `element` of its client becomes `value`, by the practice's own
               // staff
};

// What of `element` a kind works with.
enum class FaultElement {
  kNone,
  kOptional,  // a Client's element, by the name under which it is read; empty is the kind's own
  kScalar,    // one with a plain value
  kUuid,      // the UUID of a client
};

// A fault for the next `times` calls of `endpoint`.
struct Fault {
  static constexpr int kUntilCleared = -1;
  static constexpr int64_t kMaxDelayMs = int64_t{3600} * 1000;

  // "client.api/update", "connections", "connect/token", …; "*" is every endpoint, see
  // TakesFaults().
  std::string endpoint = "*";
  FaultKind kind = FaultKind::kServerError;
  int times = 1;
  bool applied = false;
  int64_t bytes = 1 << 20;
  int retry_after = 22;
  // Of a 429 or 503 of any kind, as it stands here, instead of `retry_after`; empty for none.
  std::optional<std::string> retry_after_header = std::nullopt;
  // Real time, not the sandbox's clock. 0 waits for Release() or ApplyLateWrites() alone.
  int64_t delay_ms = 0;
  std::string location = "http://elsewhere.invalid/";
  std::string element;
  std::string value;
};

// "html", "half", …, the words of the README and the control API.
std::string NameOf(FaultKind kind);
// For tests' messages.
void PrintTo(FaultKind kind, std::ostream* out);
std::optional<FaultKind> FaultKindNamed(const std::string& name);
std::vector<std::string> FaultKindNames();
FaultElement ElementOf(FaultKind kind);
// Whether a fault of the kind can do anything to a call of `endpoint`.
bool CanStrike(FaultKind kind, const std::string& endpoint);

// Faults waiting for their calls, oldest first. Thread-safe.
class FaultQueue {
 public:
  enum class Wake { kReleased, kStopped, kCallerGone };

  void Add(Fault fault);
  // The oldest fault for `endpoint`, used up by one.
  std::optional<Fault> Take(const std::string& endpoint);
  std::vector<Fault> Waiting() const;
  void Clear();

  // Waits for Release() or Stop(), looking at `caller_gone` now and then.
  Wake Hang(const std::function<bool()>& caller_gone);
  // Lets every call go that hangs now.
  void Release();
  // Ends every Hang(), now and later.
  void Stop();
  // Calls that hang now.
  int hanging() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Fault> faults_;
  int64_t releases_ = 0;
  bool stopped_ = false;
  int hanging_ = 0;
};

}  // namespace profilesync::xpm_sandbox
