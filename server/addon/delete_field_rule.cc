#include "server/addon/delete_field_rule.h"

#include <string>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/field_rule.h"
#include "server/verb/etag.h"

namespace profilesync::addon {

absl::StatusOr<google::protobuf::Empty> DeleteFieldRule(const Environment& environment,
                                                        const access::Call& /*call*/,
                                                        const v1::DeleteFieldRuleRequest& request,
                                                        store::Transaction& transaction) {
  const std::string& name = request.name();
  ASSIGN_OR_RETURN(const v1::FieldRule rule, FindFieldRule(transaction, name));
  RETURN_IF_ERROR(verb::CheckEtag(request.etag(), rule.etag(), name));
  RETURN_IF_ERROR(transaction.DeleteFieldRule(FirmOf(name), LastId(ParentOf(name)), LastId(name)));
  RETURN_IF_ERROR(RestateLinksUnder(environment, name, transaction));
  return google::protobuf::Empty();
}

}  // namespace profilesync::addon
