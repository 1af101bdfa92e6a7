/* web_files.h: what web/ was built to; cmake/WebFiles.cmake makes C of it. */
#ifndef MG_REPORT_WEB_FILES_H
#define MG_REPORT_WEB_FILES_H

#include <stddef.h>

extern const char mg_web_script[], mg_web_style[]; /* end with a zero */
extern const size_t mg_web_script_len, mg_web_style_len;
extern const char mg_web_site_script[], mg_web_site_style[];
extern const size_t mg_web_site_script_len, mg_web_site_style_len;

#endif
