/* type_words.h: types of columns in the words that people write for them. */
#ifndef MG_CHECKS_TABLE_TYPE_WORDS_H
#define MG_CHECKS_TABLE_TYPE_WORDS_H

#include <stdbool.h>

#include <modelgate/plan.h>

/* Is it a word for a type, in any case and with any blanks: numeric, integer, real, text, boolean, time, or SQL's
 * and the engine's own with their synonyms ("TIMESTAMPTZ", "Decimal(18, 3)")? */
bool mg_type_word_known(const char *word);
/* Is the column of that type? */
bool mg_type_word_fits(const char *word, const struct mg_column *column);

#endif
