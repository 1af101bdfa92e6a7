# How every C file here is compiled: warnings, sanitizers, include paths, banned functions.
add_library(modelgate_compile INTERFACE)
target_include_directories(modelgate_compile INTERFACE
	"${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}/runner")
# Defined empty, so that a file that says `#define _GNU_SOURCE` itself does no harm.
target_compile_definitions(modelgate_compile INTERFACE _GNU_SOURCE=)
target_compile_options(modelgate_compile INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes
	-Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wwrite-strings -fno-common
	# A macro that sets defaults lets its caller name the same field again.
	-Wno-override-init)

if(MG_WERROR)
	target_compile_options(modelgate_compile INTERFACE -Werror)
endif()
# Not among those flags: one program of the tests is built without.
add_library(modelgate_sanitize INTERFACE)
if(MG_SANITIZE)
	set(flags -fsanitize=${MG_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_compile_options(modelgate_sanitize INTERFACE ${flags})
	# Not in link options only: libFuzzer's own main comes with -fsanitize=fuzzer, per target.
	target_link_options(modelgate_sanitize INTERFACE ${flags})
else()
	target_compile_options(modelgate_sanitize INTERFACE
		-fstack-protector-strong $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
	target_link_options(modelgate_sanitize INTERFACE -Wl,-z,relro,-z,now)
endif()

# Functions that may not be used; the program only, since tests may need to be rude.
set(MG_BAN "SHELL:-include \"${CMAKE_SOURCE_DIR}/runner/base/banned.h\"")

if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT DEFINED CMAKE_INTERPROCEDURAL_OPTIMIZATION)
	include(CheckIPOSupported)
	check_ipo_supported(RESULT lto LANGUAGES C OUTPUT ignored)
	set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${lto})
endif()
