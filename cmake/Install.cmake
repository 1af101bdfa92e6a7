# What `cmake --install` puts where, and the relocatable bundle that script/package makes.
# Component `program` is the normal install; component `bundle` adds every shared library but
# glibc's own, with their licences, so that the tree runs from any folder on any newer Linux.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)

# DT_RPATH, not RUNPATH: only it is also searched for what the bundled libraries need in turn.
set_target_properties(modelgate PROPERTIES
	INSTALL_RPATH "$ORIGIN/../lib"
	BUILD_WITH_INSTALL_RPATH ON)
target_link_options(modelgate PRIVATE -Wl,--disable-new-dtags)

install(TARGETS modelgate RUNTIME_DEPENDENCY_SET libraries RUNTIME DESTINATION bin)
install(IMPORTED_RUNTIME_ARTIFACTS duckdb RUNTIME_DEPENDENCY_SET libraries LIBRARY DESTINATION lib)
install(IMPORTED_RUNTIME_ARTIFACTS curl pq RUNTIME_DEPENDENCY_SET libraries
	LIBRARY DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL)
install(FILES "${MG_CURL_FILE}" "${MG_PQ_FILE}" DESTINATION lib COMPONENT bundle EXCLUDE_FROM_ALL)
install(RUNTIME_DEPENDENCY_SET libraries
	COMPONENT bundle EXCLUDE_FROM_ALL
	PRE_EXCLUDE_REGEXES
		"^ld-linux" "^libc\\.so" "^libm\\.so" "^libmvec\\.so" "^libdl\\.so" "^libpthread\\.so"
		"^libicu"
		"^librt\\.so" "^libresolv\\.so" "^libutil\\.so" "^libnsl\\.so" "^libanl\\.so"
	LIBRARY DESTINATION lib)
# Its real tables are a quarter of the bundle; see there.
find_library(MG_XML2_FILE xml2 REQUIRED)
execute_process(COMMAND "${CMAKE_OBJDUMP}" -p "${MG_XML2_FILE}"
	OUTPUT_VARIABLE xml2_needs COMMAND_ERROR_IS_FATAL ANY)
if(xml2_needs MATCHES "NEEDED +libicuuc\\.so\\.([0-9]+)")
	set(MG_NO_ICU "libicuuc.so.${CMAKE_MATCH_1}")
	add_library(no_icu MODULE cmake/no_icu.c)
	target_compile_definitions(no_icu PRIVATE "ICU_VERSION=${CMAKE_MATCH_1}")
	target_link_options(no_icu PRIVATE "-Wl,-soname,${MG_NO_ICU}")
	install(FILES "$<TARGET_FILE:no_icu>"
		DESTINATION lib RENAME "${MG_NO_ICU}" COMPONENT bundle EXCLUDE_FROM_ALL)
endif()
install(CODE "
	set(MG_NO_ICU \"${MG_NO_ICU}\")
	set(MG_LIBRARY_FOLDER \"${CMAKE_LIBRARY_ARCHITECTURE}\")
	set(MG_DUCKDB_LICENCE \"${DUCKDB_ROOT}/LICENSE\")
	include(\"${CMAKE_SOURCE_DIR}/cmake/BundleLicences.cmake\")"
	COMPONENT bundle EXCLUDE_FROM_ALL)

install(FILES LICENSE DESTINATION share/doc/modelgate)
foreach(file README.md CHANGELOG.md)
	install(FILES ${file} DESTINATION share/doc/modelgate OPTIONAL)
endforeach()
install(DIRECTORY docs/ DESTINATION share/doc/modelgate/docs OPTIONAL FILES_MATCHING PATTERN "*.md")
install(PROGRAMS script/azure-setup DESTINATION share/modelgate)
# The program prints its own manual page and completions, so they cannot fall behind it.
set(pages "${CMAKE_BINARY_DIR}/pages")
add_custom_command(
	OUTPUT "${pages}/modelgate.1" "${pages}/modelgate.bash" "${pages}/_modelgate"
		"${pages}/modelgate.fish"
	COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:modelgate>" "-DTO=${pages}"
		-P "${CMAKE_SOURCE_DIR}/cmake/Pages.cmake"
	DEPENDS modelgate "${CMAKE_SOURCE_DIR}/cmake/Pages.cmake"
	COMMENT "Printing the manual page and the completions"
	VERBATIM)
add_custom_target(pages ALL DEPENDS "${pages}/modelgate.1")
install(FILES "${pages}/modelgate.1" DESTINATION share/man/man1)
install(FILES "${pages}/modelgate.bash"
	DESTINATION share/bash-completion/completions RENAME modelgate)
install(FILES "${pages}/_modelgate" DESTINATION share/zsh/site-functions)
install(FILES "${pages}/modelgate.fish" DESTINATION share/fish/vendor_completions.d)

string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" platform)
set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME "modelgate-${PROJECT_VERSION}-${platform}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program bundle)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
include(CPack)
