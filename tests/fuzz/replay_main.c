/* replay_main.c: feeds every file of the folders (or the files) named as arguments to the fuzz
 * target it is linked with, so that past findings stay fixed in builds without libFuzzer. Fails
 * when it found nothing to feed, for a replay of nothing proves nothing. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *what, const char *path)
{
	fprintf(stderr, "replay: %s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

static void replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		die("cannot open", path);
	/* Exactly as long as the input, so that the sanitizer sees a read past its end. */
	uint8_t *data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size)
		die("cannot read", path);
	fclose(file);
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static size_t replay(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		die("cannot find", path);
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path, (size_t)st.st_size);
		return 1;
	}
	size_t count = 0;
	DIR *dir = opendir(path);
	if (!dir)
		die("cannot list", path);
	for (struct dirent *entry; (entry = readdir(dir));) {
		char inner[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		count += replay(inner);
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	size_t count = 0;
	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	printf("replayed %zu inputs\n", count);
	if (count == 0)
		fprintf(stderr, "replay: no inputs found\n");
	return count == 0;
}
