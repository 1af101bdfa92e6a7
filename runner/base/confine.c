/* confine.c: no network and no other programs, by Linux's seccomp filter; limits by setrlimit. */
#include "base/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* The two processors that there are builds for; on another, the filter ends the process. */
#if defined(__aarch64__)
#define OUR_CALLS AUDIT_ARCH_AARCH64
#else
#define OUR_CALLS AUDIT_ARCH_X86_64
#endif
#define OTHER_NUMBERS 0x40000000u /* from here on x86-64 has the same calls once more, as x32 */

/* io_uring does what other calls do, sockets too, past any filter. */
static const unsigned refused[] = {SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_execve,
	SYS_execveat, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};

enum { REFUSED = sizeof(refused) / sizeof(*refused), BEFORE = 6, MOST = BEFORE + 2 * REFUSED + 1 };

static struct sock_filter load(size_t offset)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset);
}

static struct sock_filter answer(unsigned what)
{
	return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what);
}

/* As a filter has no loops: each refused number by itself. */
static unsigned short write_filter(struct sock_filter *to)
{
	unsigned short n = 0;
	to[n++] = load(offsetof(struct seccomp_data, arch));
	to[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_CALLS, 1, 0);
	to[n++] = answer(SECCOMP_RET_KILL_PROCESS);
	to[n++] = load(offsetof(struct seccomp_data, nr));
	to[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_NUMBERS, 0, 1);
	to[n++] = answer(SECCOMP_RET_ERRNO | EPERM);
	for (size_t i = 0; i < REFUSED; i++) {
		to[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1);
		to[n++] = answer(SECCOMP_RET_ERRNO | EPERM);
	}
	to[n++] = answer(SECCOMP_RET_ALLOW);
	return n;
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
	struct sock_filter filter[MOST];
	struct sock_fprog program = {.len = write_filter(filter), .filter = filter};
	const struct rlimit none = {0, 0};
	if (setrlimit(RLIMIT_CORE, &none) == 0 && bound_memory(memory_bytes) == 0 &&
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"the run cannot be confined on this machine (seccomp, rlimits: %s); run where the kernel "
		"allows it, or without --untrusted what you trust",
		strerror(errno));
}
