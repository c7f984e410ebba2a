# SPDX-License-Identifier: GPL-2.0-only
# cmake -DSOURCE=folder -DTARGET=folder -DHEADERS="sim/time.h=time.h ..." -P headers.cmake
#
# Copies public headers as they are installed: each includes the others as <iopfsim/...>,
# has a guard of that name, and may be read by C++; what is between #ifndef
# IOPFSIM_INSTALLED and its #endif stays here. One that includes a header which is not
# public is an error.
string(REPLACE " " ";" HEADERS "${HEADERS}")

set(c_begin "#ifdef __cplusplus\nextern \"C\" {\n#endif\n")
set(c_end "#ifdef __cplusplus\n}\n#endif\n")

foreach(pair ${HEADERS})
	string(REGEX REPLACE "=.*" "" from ${pair})
	string(REGEX REPLACE ".*=" "" to ${pair})
	file(READ ${SOURCE}/${from} text)
	string(REGEX REPLACE "#ifndef IOPFSIM_INSTALLED\n.*\n#endif /\\* IOPFSIM_INSTALLED \\*/\n\n" ""
		text "${text}")
	foreach(other ${HEADERS})
		string(REGEX REPLACE "=.*" "" theirs ${other})
		string(REGEX REPLACE ".*=" "" installed ${other})
		string(REPLACE "#include \"${theirs}\"" "#include <iopfsim/${installed}>" text "${text}")
	endforeach()
	if(text MATCHES "#include \"[^\"]*\"")
		message(FATAL_ERROR "${from} is installed, but not what it includes: ${CMAKE_MATCH_0}")
	endif()

	if(NOT text MATCHES "#ifndef ([A-Z0-9_]+_H)\n#define ([A-Z0-9_]+_H)\n")
		message(FATAL_ERROR "${from} has no guard")
	endif()
	set(guard ${CMAKE_MATCH_1})
	string(REGEX REPLACE "[^a-z0-9]" "_" name ${to})
	string(TOUPPER IOPFSIM_${name} name)
	# Declarations begin after the last #include, or after the guard; they end with it.
	string(REGEX MATCH ".*(#include [^\n]*\n|#define ${guard}\n)" head "${text}")
	string(LENGTH "${head}" length)
	string(SUBSTRING "${text}" ${length} -1 tail)
	string(REGEX REPLACE "#endif\n$" "" tail "${tail}")
	set(text "${head}\n${c_begin}${tail}${c_end}\n#endif\n")
	string(REPLACE ${guard} ${name} text "${text}")
	file(WRITE ${TARGET}/${to} "${text}")
endforeach()
