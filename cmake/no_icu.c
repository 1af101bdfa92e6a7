/* no_icu.c: stands in for ICU in the bundle. libxml2 asks it for encodings that it does not know by
 * itself; what is written and read here is UTF-8, and tables for all others are 31 MB. Every
 * encoding is one that is not there. */
#include <stddef.h>
#include <stdint.h>

#define JOIN_(name, version) name##_##version
#define JOIN(name, version) JOIN_(name, version)
#define ICU(name) JOIN(name, ICU_VERSION)

enum {
	NO_SUCH_FILE = 4
}; /* U_FILE_ACCESS_ERROR, as ucnv_open says of an encoding without a table */

void *ICU(ucnv_open)(const char *name, int *error);
void ICU(ucnv_close)(void *converter);
void ICU(ucnv_convertEx)(void *to, void *from, char **target, const char *target_end,
	const char **source, const char *source_end, uint16_t *start, uint16_t **at, uint16_t **end,
	const uint16_t *limit, int8_t reset, int8_t flush, int *error);
void ICU(ucnv_setFromUCallBack)(void *converter, void *action, const void *context, void *old,
	const void **old_context, int *error);
void ICU(ucnv_setToUCallBack)(void *converter, void *action, const void *context, void *old,
	const void **old_context, int *error);
void ICU(UCNV_FROM_U_CALLBACK_STOP)(void);
void ICU(UCNV_TO_U_CALLBACK_STOP)(void);

void *ICU(ucnv_open)(const char *name, int *error)
{
	(void)name;
	*error = NO_SUCH_FILE;
	return NULL;
}

void ICU(ucnv_close)(void *converter)
{
	(void)converter;
}

/* None of these is called without a converter, and there is none. */
void ICU(ucnv_convertEx)(void *to, void *from, char **target, const char *target_end,
	const char **source, const char *source_end, uint16_t *start, uint16_t **at, uint16_t **end,
	const uint16_t *limit, int8_t reset, int8_t flush, int *error)
{
	(void)to, (void)from, (void)target, (void)target_end, (void)source, (void)source_end;
	(void)start, (void)at, (void)end, (void)limit, (void)reset, (void)flush;
	*error = NO_SUCH_FILE;
}

void ICU(ucnv_setFromUCallBack)(void *converter, void *action, const void *context, void *old,
	const void **old_context, int *error)
{
	(void)converter, (void)action, (void)context, (void)old, (void)old_context;
	*error = NO_SUCH_FILE;
}

void ICU(ucnv_setToUCallBack)(void *converter, void *action, const void *context, void *old,
	const void **old_context, int *error)
{
	(void)converter, (void)action, (void)context, (void)old, (void)old_context;
	*error = NO_SUCH_FILE;
}

void ICU(UCNV_FROM_U_CALLBACK_STOP)(void)
{
}

void ICU(UCNV_TO_U_CALLBACK_STOP)(void)
{
}
