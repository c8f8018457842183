# The headers of the standard library, of absl and of gtest cost a source more than its own code
# does: 150,000 lines. Here they are read once a build folder. None of ours is among them, so that a
# change of ours never builds everything anew. What a source uses it includes all the same: the fuzz
# preset compiles without.
#
# GCC alone. It takes a precompiled header only for equal flags (and says when it does not, which is
# an error), so libraries (-fPIC) and tests (-fPIE, gtest) have one each.
option(TAILRACE_PCH "Precompile the headers of libraries (with GCC)" ON)

set(product_headers
  <algorithm> <array> <atomic> <bit> <charconv> <chrono> <compare> <cstddef> <cstdint> <cstring> <deque>
  <functional> <initializer_list> <limits> <map> <memory> <mutex> <optional> <ostream> <span> <string>
  <string_view> <utility> <variant> <vector>
  <absl/base/thread_annotations.h> <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h>
  <absl/container/node_hash_map.h> <absl/functional/any_invocable.h> <absl/functional/function_ref.h>
  <absl/status/status.h> <absl/status/statusor.h> <absl/strings/string_view.h> <absl/time/time.h>)
set(test_headers ${product_headers}
  <filesystem> <fstream> <random> <set> <thread> <gmock/gmock.h> <gtest/gtest.h>)

# GCC 12 tells of std::string's own copies what it keeps to itself when it reads the header as text
# (`x + "\n"` "is out of the bounds [0, 32]"), and false it is.
set(precompiled_options
  -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)

function(tailrace_precompile name)
  target_link_libraries(${name} PRIVATE tailrace_flags ${ARGN})
  target_compile_options(${name} PRIVATE ${precompiled_options})
  target_precompile_headers(${name} PRIVATE ${${name}})
endfunction()

if(TAILRACE_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cc.in "// A target has a source.\n")
  configure_file(${CMAKE_BINARY_DIR}/precompiled.cc.in ${CMAKE_BINARY_DIR}/precompiled.cc COPYONLY)
  add_library(product_headers OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  tailrace_precompile(product_headers)
  if(TAILRACE_TESTS)
    add_executable(test_headers ${CMAKE_BINARY_DIR}/precompiled.cc)
    tailrace_precompile(test_headers tailrace_test_flags GTest::gmock GTest::gtest_main)
  endif()
endif()

# Lets the sources of `name` read what product_headers or test_headers have read.
function(tailrace_reuse name headers)
  if(TARGET ${headers})
    target_compile_options(${name} PRIVATE ${precompiled_options})
    target_precompile_headers(${name} REUSE_FROM ${headers})
  endif()
endfunction()
