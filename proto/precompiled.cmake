# What most files include, precompiled, for it is three quarters of their compilation: the libraries' headers,
# the API's messages besides, and both with GoogleTest. A file's own includes must be complete all the same: the
# presets without precompiled headers see to that.

# profilesync_precompiled(NAME DEPS ... HEADERS ...)
function(profilesync_precompiled name)
  cmake_parse_arguments(ARG "" "" "DEPS;HEADERS" ${ARGN})
  set(empty ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cc)
  file(WRITE ${empty} "")
  add_library(${name} STATIC ${empty})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  if(name MATCHES "_test$")
    target_compile_options(${name} PRIVATE ${PROFILESYNC_TEST_OPTIONS})
  endif()
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER
    "${CMAKE_CURRENT_SOURCE_DIR}/precompile;${CMAKE_CXX_COMPILER_LAUNCHER}")
endfunction()

set(libraries
  <algorithm> <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view> <thread> <vector>
  <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
  <absl/strings/str_join.h> <absl/strings/str_split.h> <absl/time/time.h>
  <google/protobuf/any.pb.h> <google/protobuf/descriptor.pb.h> <google/protobuf/struct.pb.h>
  <google/protobuf/timestamp.pb.h>)
set(api
  <profilesync/storage/v1/records.pb.h> <profilesync/v1/add_on_service.pb.h>
  <profilesync/v1/firm_service.pb.h> <profilesync/v1/link_service.pb.h>
  <profilesync/v1/profile_service.pb.h> <profilesync/v1/sync_service.pb.h>)
set(library_targets protobuf::libprotobuf absl::status absl::strings absl::time)

profilesync_precompiled(profilesync_precompiled DEPS ${library_targets} HEADERS ${libraries})
profilesync_precompiled(profilesync_precompiled_api
  DEPS profilesync_api_proto HEADERS ${libraries} ${api})
if(BUILD_TESTING)
  set(googletest <gmock/gmock.h> <gtest/gtest.h>)
  profilesync_precompiled(profilesync_precompiled_test
    DEPS ${library_targets} GTest::gmock GTest::gtest HEADERS ${libraries} ${googletest})
  if(PROFILESYNC_GRPC)
    # A stub's templates cost more than all else that most tests of the API include.
    set(stubs_target profilesync_api_stubs)
    set(stubs
      <grpcpp/grpcpp.h> <profilesync/v1/add_on_service.grpc.pb.h>
      <profilesync/v1/firm_service.grpc.pb.h> <profilesync/v1/link_service.grpc.pb.h>
      <profilesync/v1/profile_service.grpc.pb.h> <profilesync/v1/sync_service.grpc.pb.h>)
  endif()
  profilesync_precompiled(profilesync_precompiled_api_test
    DEPS profilesync_api_proto ${stubs_target} GTest::gmock GTest::gtest
    HEADERS ${libraries} ${api} ${stubs} ${googletest})
endif()
