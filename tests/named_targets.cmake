# What is run by hand, before a release or a part is called done: `cmake --build --preset PRESET --target NAME`.
# One that belongs to another preset says so and fails.
function(profilesync_target_of_preset name preset)
  add_custom_target(${name}
    COMMAND ${CMAKE_COMMAND} -E echo
      "${name} is a target of the preset ${preset}: cmake --preset ${preset} && cmake --build --preset ${preset} --target ${name}"
    COMMAND ${CMAKE_COMMAND} -E false
    VERBATIM)
endfunction()

# Every program that is built below `folder`, in `out`.
function(profilesync_programs out folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  set(programs)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      list(APPEND programs ${target})
    endif()
  endforeach()
  foreach(below ${folders})
    profilesync_programs(found ${below})
    list(APPEND programs ${found})
  endforeach()
  set(${out} ${programs} PARENT_SCOPE)
endfunction()

# unsanitized: the programs of the tests with that label.
if(TARGET kill_test)
  profilesync_programs(unsanitized ${CMAKE_SOURCE_DIR}/tests/robustness)
  if(TARGET profilesync-benchmark)
    list(APPEND unsanitized profilesync-benchmark)
  endif()
  add_custom_target(unsanitized DEPENDS ${unsanitized})
endif()

# coverage: runs every test and fails where fewer than 90 % of the lines of common/ and server/ ran. What only tests
# compile doesn't count.
find_program(GCOVR gcovr)
if(NOT PROFILESYNC_COVERAGE)
  profilesync_target_of_preset(coverage coverage)
elseif(NOT GCOVR)
  add_custom_target(coverage
    COMMAND ${CMAKE_COMMAND} -E echo "coverage takes gcovr (Debian's package gcovr): install it and configure again"
    COMMAND ${CMAKE_COMMAND} -E false
    VERBATIM)
else()
  include(ProcessorCount)
  ProcessorCount(processors)
  profilesync_programs(programs ${CMAKE_SOURCE_DIR})
  add_custom_target(coverage
    # What earlier runs counted.
    COMMAND find ${CMAKE_BINARY_DIR} -name *.gcda -delete
    COMMAND ${CMAKE_CTEST_COMMAND} --preset coverage -j ${processors}
    COMMAND ${GCOVR} --root . --filter common/ --filter server/
      --exclude .*_test[.]cc --exclude .*/test_[^/]* --exclude .*/contract/
      --txt ${CMAKE_BINARY_DIR}/coverage.txt --print-summary --fail-under-line 90
      ${CMAKE_BINARY_DIR}
    DEPENDS ${programs}
    COMMENT "Every test; the files' figures are in ${CMAKE_BINARY_DIR}/coverage.txt"
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    USES_TERMINAL VERBATIM)
endif()

# benchmark: all of profilesync-benchmark. Other presets may build it, but what it measures there means nothing.
if(PROFILESYNC_BENCHMARKS AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_custom_target(benchmark COMMAND profilesync-benchmark USES_TERMINAL VERBATIM)
else()
  profilesync_target_of_preset(benchmark release)
endif()

# long_runs: the random tests with more seeds than their own, for longer than CI has.
if(TARGET faults_test)
  set(PROFILESYNC_MORE_SEEDS 50 CACHE STRING "How many seeds the target long_runs adds to each random test's own")
  set(long_run ${CMAKE_COMMAND} -E env PROFILESYNC_MORE_SEEDS=${PROFILESYNC_MORE_SEEDS})
  set(long_runs
    COMMAND ${long_run} $<TARGET_FILE:sync_test> --gtest_filter=*/Random*
    COMMAND ${long_run} $<TARGET_FILE:faults_test> --gtest_filter=*/Random*)
  if(TARGET kill_test)  # where failpoints are compiled in
    list(APPEND long_runs
      COMMAND ${long_run} $<TARGET_FILE:kill_test> --gtest_filter=*/Random*
      COMMAND ${long_run} $<TARGET_FILE:disk_test> --gtest_filter=*/PowerLoss*)
  endif()
  add_custom_target(long_runs ${long_runs} USES_TERMINAL VERBATIM)
endif()
# And the model test with 100,000 steps.
if(TARGET long_runs AND TARGET profilesync-model-test)
  add_custom_command(TARGET long_runs POST_BUILD
    COMMAND profilesync-model-test --server $<TARGET_FILE:profilesync-model-server>
      --from 1000 --total 100000 --steps 400
    USES_TERMINAL VERBATIM)
  add_dependencies(long_runs profilesync-model-test)
endif()

# bare_root: both commands of the README in a bare Debian, as root.
set(PROFILESYNC_BARE_ROOT /var/tmp/profilesync-bare-root CACHE PATH
    "Where the target bare_root has its Debian; not below the build, for it mounts /dev and /proc there")
add_custom_target(bare_root
  COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/bare_root ${PROFILESYNC_BARE_ROOT}
  USES_TERMINAL VERBATIM)
