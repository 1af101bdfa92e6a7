# Makes a C file of what script/web built: the script and the style of the HTML report, and those of the site.
#   cmake -DFROM=web/dist -DTO=web_files.c -P cmake/WebFiles.cmake
set(code "/* Made by cmake/WebFiles.cmake of web/dist. */\n#include \"report/web_files.h\"\n")
foreach(file "script report.js" "style report.css" "site_script site.js" "site_style site.css")
	separate_arguments(file)
	list(GET file 0 name)
	list(GET file 1 path)
	file(READ "${FROM}/${path}" hex HEX)
	string(LENGTH "${hex}" digits)
	math(EXPR bytes "${digits} / 2")
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," numbers "${hex}")
	string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
		"\\1\n" numbers "${numbers}")
	string(APPEND code
		"const char mg_web_${name}[] = {\n${numbers}0};\n"
		"const size_t mg_web_${name}_len = ${bytes};\n")
endforeach()
file(WRITE "${TO}" "${code}")
