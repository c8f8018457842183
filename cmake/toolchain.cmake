# Compiler and linker settings for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(THREADS_PREFER_PTHREAD_FLAG ON)

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness is what ccache wants for precompiled headers (theirs use no __TIME__). What a
  # source depends on the compiler itself tells, which spares a preprocessor run for each miss.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_DEPEND=1 ${CCACHE})
endif()

# Warnings are errors, on our own targets only: each links tailrace_flags.
add_library(tailrace_flags INTERFACE)
target_compile_options(tailrace_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(tailrace_flags INTERFACE -Wthread-safety)
endif()
target_include_directories(tailrace_flags INTERFACE ${CMAKE_SOURCE_DIR})
# Some libraries bring it, and a precompiled header and its users have to agree on it.
target_compile_options(tailrace_flags INTERFACE -pthread)

# Hardening. The sanitizers bring their own checks and clash with FORTIFY.
if(TAILRACE_SANITIZE)
  target_compile_options(tailrace_flags INTERFACE
    -fsanitize=${TAILRACE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tailrace_flags INTERFACE -fsanitize=${TAILRACE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The instrumented code of the standard library itself sets it off.
    target_compile_options(tailrace_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(TAILRACE_FUZZ)
    # Coverage in the libraries; the fuzzer's main comes with each target (tailrace_fuzz).
    target_compile_options(tailrace_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
else()
  target_compile_options(tailrace_flags INTERFACE -fstack-protector-strong)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(tailrace_flags INTERFACE -fcf-protection)
  endif()
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(tailrace_flags INTERFACE _FORTIFY_SOURCE=2)
  endif()
endif()
target_link_options(tailrace_flags INTERFACE -pie -Wl,-z,relro,-z,now -Wl,--as-needed)

# The tests' own sources go without UBSan's looks at each pointer and reference, up to a quarter of
# the time that they take to compile (most with nlohmann/json): ASan stops a null pointer too. The
# product's sources have all checks.
add_library(tailrace_test_flags INTERFACE)
if(TAILRACE_SANITIZE MATCHES "undefined")
  target_compile_options(tailrace_test_flags INTERFACE
    -fno-sanitize=null,alignment,vptr,object-size,nonnull-attribute,returns-nonnull-attribute)
endif()
