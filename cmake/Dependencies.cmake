# The libraries we link (one interface target), and DuckDB, libcurl and libpq, which are only opened at run time.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(MG_DEPS REQUIRED IMPORTED_TARGET
	libxml-2.0 jansson yaml-0.1 libgit2 libcurl libpq libcrypto zlib libdeflate libzstd libseccomp)

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

# libcurl and libpq: by the names that the program opens them by, and the files behind these links.
foreach(library "curl libcurl.so.4" "pq libpq.so.5")
	separate_arguments(library)
	list(GET library 0 target)
	list(GET library 1 file)
	string(TOUPPER "MG_${target}" variable)
	find_library(${variable}_LIBRARY NAMES ${file} REQUIRED)
	file(REAL_PATH "${${variable}_LIBRARY}" ${variable}_FILE)
	add_library(${target} SHARED IMPORTED)
	set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${${variable}_LIBRARY}")
endforeach()
