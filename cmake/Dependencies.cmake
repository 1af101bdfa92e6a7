# The libraries we link (one interface target), and DuckDB and libcurl, which are only opened at run time.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(MG_DEPS REQUIRED IMPORTED_TARGET
	libxml-2.0 jansson yaml-0.1 libgit2 libcurl libcrypto zlib libzstd libseccomp)

add_library(modelgate_dependencies INTERFACE)
# --as-needed: a library that nothing uses costs no start-up time.
target_link_options(modelgate_dependencies INTERFACE -Wl,--as-needed)
target_link_libraries(modelgate_dependencies INTERFACE
	PkgConfig::MG_DEPS Threads::Threads m ${CMAKE_DL_LIBS})

# DuckDB: -DDUCKDB_ROOT, else the environment's at the first configuration, else what script/bootstrap
# put in.
set(duckdb_root "${CMAKE_SOURCE_DIR}/build/deps/duckdb")
if(NOT "$ENV{DUCKDB_ROOT}" STREQUAL "")
	set(duckdb_root "$ENV{DUCKDB_ROOT}")
endif()
set(DUCKDB_ROOT "${duckdb_root}" CACHE PATH "Folder of DuckDB's include/ and lib/")
set(MG_DUCKDB_LIBRARY "${DUCKDB_ROOT}/lib/libduckdb.so")
foreach(file "${DUCKDB_ROOT}/include/duckdb.h" "${MG_DUCKDB_LIBRARY}")
	if(NOT EXISTS "${file}")
		message(FATAL_ERROR "${file} is missing: run script/bootstrap, or set DUCKDB_ROOT")
	endif()
endforeach()
target_include_directories(modelgate_dependencies SYSTEM INTERFACE "${DUCKDB_ROOT}/include")

add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION "${MG_DUCKDB_LIBRARY}")

# libcurl: by the name that the program opens it by, and the file behind that link.
find_library(MG_CURL_LIBRARY NAMES libcurl.so.4 REQUIRED)
file(REAL_PATH "${MG_CURL_LIBRARY}" MG_CURL_FILE)
add_library(curl SHARED IMPORTED)
set_target_properties(curl PROPERTIES IMPORTED_LOCATION "${MG_CURL_LIBRARY}")
