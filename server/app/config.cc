#include "server/app/config.h"

#include <functional>
#include <map>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/socket_address.h"
#include "common/status.h"
#include "server/observe/log.h"

namespace profilesync::app {
namespace {

// Takes a flag's text; returns what is wrong with it, or "".
using Setter = std::function<std::string(CommandLine*, const std::string&)>;

struct Flag {
  std::string name;
  std::string value;  // what stands for it in the help; "" for a switch
  std::string help;
  Setter set;
  // Says what to do rather than how: never from the environment, where containers set such names
  // as PROFILESYNC_VERSION for reasons of their own.
  bool action = false;
};

Setter Text(std::string Config::*member) {
  return [member](CommandLine* line, const std::string& text) {
    line->config.*member = text;
    return text.empty() ? std::string("must not be empty") : std::string();
  };
}

Setter Text(std::string CommandLine::*member) {
  return [member](CommandLine* line, const std::string& text) {
    line->*member = text;
    return text.empty() ? std::string("must not be empty") : std::string();
  };
}

Setter ListenAddress(std::string Config::*member) {
  return [member](CommandLine* line, const std::string& text) {
    line->config.*member = text;
    return IsSocketAddress(text) ? std::string()
                                 : std::string("must be HOST:PORT, such as 127.0.0.1:7443");
  };
}

Setter LogLevel(std::string Config::*member) {
  return [member](CommandLine* line, const std::string& text) {
    line->config.*member = text;
    return observe::IsLogLevel(text) ? std::string()
                                     : std::string("must be debug, info, warning or error");
  };
}

Setter Number(int Config::*member, int least, int most) {
  return [=](CommandLine* line, const std::string& text) {
    const bool good = absl::SimpleAtoi(text, &(line->config.*member)) &&
                      line->config.*member >= least && line->config.*member <= most;
    return good ? std::string() : absl::StrCat("must be a number from ", least, " to ", most);
  };
}

Setter Seconds(absl::Duration Config::*member) {
  return [member](CommandLine* line, const std::string& text) {
    const bool good = absl::ParseDuration(text, &(line->config.*member)) &&
                      line->config.*member >= absl::ZeroDuration() &&
                      line->config.*member <= absl::Hours(1);
    return good ? std::string() : std::string("must be a time such as 20s, of 1h at most");
  };
}

std::string ParseSwitch(const std::string& text, bool* value) {
  const std::string lower = absl::AsciiStrToLower(text);
  *value = lower == "true" || lower == "1";
  return *value || lower == "false" || lower == "0" ? "" : "must be true or false";
}

Setter Switch(bool Config::*member) {
  return [member](CommandLine* line, const std::string& text) {
    return ParseSwitch(text, &(line->config.*member));
  };
}

Setter Switch(bool CommandLine::*member) {
  return [member](CommandLine* line, const std::string& text) {
    return ParseSwitch(text, &(line->*member));
  };
}

const std::vector<Flag>& Flags() {
  static const std::vector<Flag> flags = {
      {"listen", "HOST:PORT",
       "Where to listen; 127.0.0.1:7443 unless set. Without --token-file a loopback address only.",
       ListenAddress(&Config::listen)},
      {"database", "FILE", "The SQLite file, made when it isn't there. Required.",
       Text(&Config::database)},
      {"key-file", "FILE",
       "The key that secrets in the database are sealed with; FILE.key beside the database unless "
       "set. Made with a new database. Without it the database can't be read: back it up.",
       Text(&Config::key_file)},
      {"token-file", "FILE",
       "The services that may call and their tokens: profilesync.config.v1.TokensConfig in text "
       "format, readable by its owner only. Without it every caller has all roles.",
       Text(&Config::token_file)},
      {"practice-systems", "FILE",
       "The practice systems that firms may connect to: "
       "profilesync.config.v1.PracticeSystemsConfig in text format.",
       Text(&Config::practice_systems)},
      {"tls-certificate", "FILE", "The server's certificate chain in PEM; needs --tls-key.",
       Text(&Config::tls_certificate)},
      {"tls-key", "FILE", "The certificate's private key in PEM, readable by its owner only.",
       Text(&Config::tls_key)},
      {"reflection", "", "Serve gRPC reflection; on unless --no-reflection.",
       Switch(&Config::reflection)},
      {"channelz", "", "Serve channelz; on unless --no-channelz.", Switch(&Config::channelz)},
      {"log-level", "LEVEL",
       "debug, info, warning or error; info unless set. At info there is a line for each call but "
       "those that only read the store and succeed within a second; at debug for these too.",
       LogLevel(&Config::log_level)},
      {"practice-threads", "N", "Calls that may talk to practice systems at once; 64 unless set.",
       Number(&Config::practice_threads, 1, 4096)},
      {"practice-queue", "N",
       "Calls that may wait for that, before more are refused; 192 unless set.",
       Number(&Config::practice_queue, 0, 65536)},
      {"background-threads", "N",
       "Threads for long-running operations, and as many for other work that no caller waits for; "
       "8 unless set.",
       Number(&Config::background_threads, 1, 4096)},
      {"background-queue", "N", "Such work that may wait; 56 unless set.",
       Number(&Config::background_queue, 0, 65536)},
      {"max-receive-bytes", "N", "The largest request; 4194304 (4 MiB) unless set.",
       Number(&Config::max_receive_bytes, 1024, 1 << 30)},
      {"drain", "TIME",
       "What calls and jobs under way are given when the server stops, before they "
       "give practice systems up; 20s unless set. A write that was sent by then has its own "
       "time-out besides.",
       Seconds(&Config::drain)},
      {"check-config", "",
       "Check everything that can be checked without starting, and exit: the flags, the files that "
       "they name, and that the database is of a schema that this program knows and sealed with "
       "the key. Changes nothing; a server may be running on the database.",
       Switch(&CommandLine::check_config), /*action=*/true},
      {"rotate-key", "FILE",
       "Seal the database with the key in this file instead, made where it isn't there, and exit. "
       "No server may be running on the database. Start it with --key-file FILE from then on.",
       Text(&CommandLine::rotate_key), /*action=*/true},
      {"version", "", "Print the version and exit.", Switch(&CommandLine::version),
       /*action=*/true},
      {"help", "", "Print this and exit.", Switch(&CommandLine::help), /*action=*/true},
  };
  return flags;
}

const Flag* FindFlag(std::string_view name) {
  for (const Flag& flag : Flags()) {
    if (flag.name == name) {
      return &flag;
    }
  }
  return nullptr;
}

// "PROFILESYNC_TOKEN_FILE" of "token-file".
std::string VariableOf(const Flag& flag) {
  return "PROFILESYNC_" + absl::AsciiStrToUpper(absl::StrReplaceAll(flag.name, {{"-", "_"}}));
}

void ReadEnvironment(const std::vector<std::string>& environment, CommandLine* line,
                     std::vector<std::string>* wrong) {
  std::map<std::string, std::string> variables;
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    if (equals != std::string::npos) {
      variables[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
  }
  for (const Flag& flag : Flags()) {
    const auto variable = variables.find(VariableOf(flag));
    if (flag.action || variable == variables.end() || variable->second.empty()) {
      continue;
    }
    if (const std::string what = flag.set(line, variable->second); !what.empty()) {
      wrong->push_back(variable->first + " " + what);
    }
  }
}

void ReadArguments(const std::vector<std::string>& arguments, CommandLine* line,
                   std::vector<std::string>* wrong) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      wrong->push_back("there is no argument " + argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::optional<std::string> value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    }
    const Flag* flag = FindFlag(name);
    if (flag == nullptr && name.starts_with("no-") && !value) {
      flag = FindFlag(name.substr(3));
      flag = flag != nullptr && flag->value.empty() ? flag : nullptr;
      value = "false";
    }
    if (flag == nullptr) {
      wrong->push_back("there is no flag --" + name);
      continue;
    }
    if (!value && flag->value.empty()) {
      value = "true";
    } else if (!value && i + 1 < arguments.size()) {
      value = arguments[++i];
    }
    if (const std::string what = flag->set(line, value.value_or("")); !what.empty()) {
      wrong->push_back("--" + flag->name + " " + what);
    }
  }
}

void CheckWhole(const Config& config, std::vector<std::string>* wrong) {
  if (config.database.empty()) {
    wrong->push_back("--database must be given");
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    wrong->push_back("--tls-certificate and --tls-key must be given together");
  }
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments,
                                             const std::vector<std::string>& environment) {
  CommandLine line;
  std::vector<std::string> wrong;
  ReadEnvironment(environment, &line, &wrong);
  ReadArguments(arguments, &line, &wrong);
  if (!line.help && !line.version) {
    CheckWhole(line.config, &wrong);
  }
  if (!wrong.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
  }
  if (line.config.key_file.empty()) {
    line.config.key_file = line.config.database + ".key";
  }
  return line;
}

std::string HelpText() {
  std::string text =
      "profilesync-server keeps client profiles and practice systems in agreement.\n\n"
      "  profilesync-server --database FILE [flags]\n\n"
      "Every flag may also be given as an environment variable, --token-file as\n"
      "PROFILESYNC_TOKEN_FILE, but those that say what to do: --check-config,\n"
      "--rotate-key, --version and --help.\n\n"
      "SIGTERM and SIGINT stop the server in order. A second one that comes more than\n"
      "half a second after the first ends it at once.\n\n";
  for (const Flag& flag : Flags()) {
    absl::StrAppend(&text, "  --", flag.name, flag.value.empty() ? "" : " ", flag.value, "\n");
    std::string line = "     ";
    constexpr std::size_t kWidth = 80;
    for (const absl::string_view word : absl::StrSplit(flag.help, ' ')) {
      if (line.size() + 1 + word.size() > kWidth) {
        absl::StrAppend(&text, line, "\n");
        line = "     ";
      }
      absl::StrAppend(&line, " ", word);
    }
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

}  // namespace profilesync::app
