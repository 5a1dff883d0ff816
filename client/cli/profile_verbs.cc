#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/field_args.h"
#include "client/cli/json.h"
#include "client/cli/list.h"
#include "client/cli/verbs.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

constexpr char kFieldHelp[] =
    "Examples:\n"
    "  profilesync profile create p1 --kind COMPANY --set name='Merrow Ltd' \\\n"
    "      --set website=merrow.example --set postal_address.lines='PO Box 12' \\\n"
    "      --set postal_address.city=Nelson --set postal_address.postal_code=7010\n"
    "  profilesync profile update p1 --set primary_phone='03 548 0000' --clear website\n"
    "An address is replaced whole: name all of its parts.";

struct ProfileOptions {
  std::string id;
  std::string kind;
  std::string region;
  std::vector<std::string> set;
  std::vector<std::string> clear;
  std::string file;
  std::string etag;
  std::string filter;
  std::string order_by;
  int limit = 0;
  bool allow_missing = false;
  bool force = false;
  bool validate_only = false;
};

void AddValues(const Command& verb, ProfileOptions& options) {
  verb.AddOption("--kind", options.kind, "INDIVIDUAL, COMPANY, TRUST, …");
  verb.AddOption("--region", options.region, "ISO 3166-1 alpha-2, when not the firm's");
  verb.AddList("--set", options.set, "FIELD=VALUE, or ADDRESS.PART=VALUE; may be repeated");
  verb.AddDryRun(options.validate_only);
  verb.SetFooter(kFieldHelp);
}

absl::Status SetValues(const ProfileOptions& options, v1::Profile* profile,
                       google::protobuf::FieldMask* mask) {
  if (!options.file.empty()) {
    std::string text;
    RETURN_IF_ERROR(ReadText(options.file, &text));
    RETURN_IF_ERROR(FromJson(text, profile));
  }
  if (!options.kind.empty()) {
    type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
    RETURN_IF_ERROR(SetKind(options.kind, &kind));
    profile->set_kind(kind);
    mask->add_paths("kind");
  }
  if (!options.region.empty()) {
    profile->set_region_code(options.region);
    mask->add_paths("region_code");
  }
  RETURN_IF_ERROR(SetFields(options.set, profile, mask));
  return ClearFields(options.clear, mask);
}

absl::StatusOr<int> CreateProfile(Context& context, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::CreateProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  request.set_profile_id(options.id);
  request.set_validate_only(options.validate_only);
  google::protobuf::FieldMask unused;
  RETURN_IF_ERROR(SetValues(options, request.mutable_profile(), &unused));
  ASSIGN_OR_RETURN(const v1::Profile profile, server->CreateProfile(std::move(request)));
  context.Print(profile);
  return kOk;
}

absl::StatusOr<int> GetProfile(Context& context, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  ASSIGN_OR_RETURN(const std::string name, context.Name("profiles", options.id));
  ASSIGN_OR_RETURN(const v1::Profile profile, server->GetProfile(name));
  context.Print(profile);
  return kOk;
}

absl::StatusOr<int> ListProfiles(Context& context, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::ListProfilesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), context.Firm());
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  v1::ListProfilesResponse list;
  RETURN_IF_ERROR(Collect(server->ListProfiles(request), list.mutable_profiles(), options.limit));
  context.PrintList(
      list, "profiles",
      {"profile=name", "fields.name", "kind", "fields.email", "fields.primary_phone"});
  return kOk;
}

absl::StatusOr<int> UpdateProfile(Context& context, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::UpdateProfileRequest request;
  RETURN_IF_ERROR(SetValues(options, request.mutable_profile(), request.mutable_update_mask()));
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to change: give --set, --clear, --kind or --region");
  }
  ASSIGN_OR_RETURN(*request.mutable_profile()->mutable_name(),
                   context.Name("profiles", options.id));
  request.mutable_profile()->set_etag(options.etag);
  request.set_allow_missing(options.allow_missing);
  request.set_validate_only(options.validate_only);
  ASSIGN_OR_RETURN(const v1::Profile profile, server->UpdateProfile(std::move(request)));
  context.Print(profile);
  return kOk;
}

absl::StatusOr<int> DeleteProfile(Context& context, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  v1::DeleteProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), context.Name("profiles", options.id));
  request.set_etag(options.etag);
  request.set_force(options.force);
  request.set_validate_only(options.validate_only);
  const std::string name = request.name();
  RETURN_IF_ERROR(server->DeleteProfile(std::move(request)));
  context.PrintDeleted(name, options.validate_only);
  return kOk;
}

}  // namespace

void AddProfileVerbs(const Command& app) {
  const Command group = app.AddGroup("profile", "Profiles: the platform's records of clients");
  auto options = std::make_shared<ProfileOptions>();
  const auto verb = [&](const char* name, const char* description, auto action) {
    return group.AddVerb(name, description,
                         [options, action](Context& context) { return action(context, *options); });
  };
  const Command create = verb("create", "Create a profile", CreateProfile);
  create.AddOption("PROFILE", options->id, "The platform's id of it; made up unless given");
  create.AddOption("--file", options->file, "A Profile as JSON to start from; - for stdin");
  AddValues(create, *options);
  verb("get", "Show a profile", GetProfile)
      .AddOption("PROFILE", options->id, "Its id or name")
      .Require();
  const Command list = verb("list", "List the firm's profiles", ListProfiles);
  list.AddOption("--filter", options->filter, "As 'kind = COMPANY AND fields.name:\"merrow\"'");
  list.AddOption("--order-by", options->order_by,
                 "name, display_name, create_time or update_time, each with or without \" desc\"");
  list.AddLimit(options->limit, "How many at most; all unless given");
  const Command update = verb("update", "Save a profile", UpdateProfile);
  update.AddOption("PROFILE", options->id, "Its id or name").Require();
  AddValues(update, *options);
  update.AddList("--clear", options->clear, "Fields to make blank, comma-separated")
      .SplitAtCommas();
  update.AddEtag(options->etag);
  update.AddFlag("--allow-missing", options->allow_missing, "Create it when there is none");
  const Command remove = verb("delete", "Delete a profile", DeleteProfile);
  remove.AddOption("PROFILE", options->id, "Its id or name").Require();
  remove.AddEtag(options->etag);
  remove.AddFlag("--force", options->force, "Delete its links too");
  remove.AddDryRun(options->validate_only);
  AddExportVerb(group);
}

}  // namespace profilesync::cli
