#pragma once

#include "client/cli/command.h"

namespace profilesync::cli {

// The verbs of the program; each adds its own to `app`, and its group where it has one.
void AddFirmVerbs(const Command& app);
void AddAddOnVerbs(const Command& app);
void AddRuleVerbs(const Command& app);
void AddProfileVerbs(const Command& app);
// Of the group "profile", whose other verbs are AddProfileVerbs'.
void AddExportVerb(const Command& group);
// Of the group "firm", whose other verbs are AddFirmVerbs'.
void AddSuggestionsVerb(const Command& group);
void AddLinkVerbs(const Command& app);
void AddSearchVerb(const Command& app);
void AddImportVerb(const Command& app);
void AddDiffVerb(const Command& app);
void AddSyncVerb(const Command& app);
void AddRefreshVerb(const Command& app);
void AddOperationVerbs(const Command& app);
void AddLongOperationVerbs(const Command& app);
void AddCallVerb(const Command& app);

}  // namespace profilesync::cli
