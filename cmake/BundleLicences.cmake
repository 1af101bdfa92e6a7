# Run while the bundle is installed: puts the licence of each bundled library beside it, taken from
# the Debian package that owns the file. A library without one stops the packaging.
set(root "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
set(to "${root}/share/doc/modelgate/licences")
file(MAKE_DIRECTORY "${to}")
file(COPY_FILE "${MG_DUCKDB_LICENCE}" "${to}/duckdb.txt")

file(GLOB bundled RELATIVE "${root}/lib" "${root}/lib/*.so*")
list(REMOVE_ITEM bundled libduckdb.so "${MG_NO_ICU}") # the second is our own
foreach(library IN LISTS bundled)
	execute_process(COMMAND dpkg-query --search "*/${MG_LIBRARY_FOLDER}/${library}"
		OUTPUT_VARIABLE owners ERROR_QUIET)
	# "package:arch: /path"; the first line is enough, all copies come from one package.
	if(NOT owners MATCHES "^([a-z0-9.+-]+)[^\n]*: /")
		message(FATAL_ERROR "no package owns the bundled ${library}: its licence is unknown")
	endif()
	set(package "${CMAKE_MATCH_1}")
	set(licence "/usr/share/doc/${package}/copyright")
	if(NOT EXISTS "${licence}")
		message(FATAL_ERROR "${licence} is missing: the licence of ${library} is unknown")
	endif()
	if(NOT EXISTS "${to}/${package}.txt")
		file(COPY_FILE "${licence}" "${to}/${package}.txt")
	endif()
endforeach()
