/* confine.c: no network and no other programs, by a seccomp filter; limits by setrlimit. */
#include "base/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* io_uring does what other calls do, sockets too, past any filter. */
static const int refused[] = {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect),
	SCMP_SYS(bind), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register)};

/* Calls by the numbers of another processor, as x86-64 knows those of x32, end the process. */
static int refuse_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int code = filter ? seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS)
			  : -ENOMEM;
	for (size_t i = 0; code == 0 && i < sizeof(refused) / sizeof(*refused); i++)
		code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	if (code == 0)
		code = seccomp_load(filter);
	seccomp_release(filter);
	errno = -code;
	return code;
}

static int bound_memory(uint64_t bytes)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)bytes;
	return 0;
#else
	struct rlimit data;
	if (getrlimit(RLIMIT_DATA, &data) != 0)
		return -1;
	if (data.rlim_max == RLIM_INFINITY || data.rlim_max > bytes)
		data.rlim_max = bytes;
	data.rlim_cur = data.rlim_max;
	return setrlimit(RLIMIT_DATA, &data);
#endif
}

int mg_confine(uint64_t memory_bytes, struct mg_error *err)
{
	const struct rlimit none = {0, 0};
	if (setrlimit(RLIMIT_CORE, &none) == 0 && bound_memory(memory_bytes) == 0 &&
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && refuse_calls() == 0)
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"this machine cannot confine the run (seccomp, rlimits: %s); run it where the "
		"kernel allows that, or leave out --untrusted if you trust the spec",
		strerror(errno));
}
