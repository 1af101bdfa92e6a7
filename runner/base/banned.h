/* banned.h: functions that may not be used here; included into every file of the program by the
 * build. Each has a replacement that checks bounds, reports errors or ignores the locale:
 * base/text.h for copying, joining, splitting and numbers; posix_spawn for running programs. */
#ifndef MG_BASE_BANNED_H
#define MG_BASE_BANNED_H

/* The headers that declare them must come first: a poisoned word may not even be declared. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#pragma GCC poison strcpy stpcpy strcat strncat sprintf vsprintf strtok
#pragma GCC poison atoi atol atoll atof gets
#pragma GCC poison setlocale system

#endif
