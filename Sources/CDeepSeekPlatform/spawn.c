#define _GNU_SOURCE
#include "CDeepSeekPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// What the child tells its parent before it becomes the program.
struct report {
  int32_t network_error;
  int32_t error;
};

static void limit(int resource, uint64_t value) {
  const struct rlimit both = {(rlim_t)value, (rlim_t)value};
  setrlimit(resource, &both);
}

// 0 when the network is cut off, else why it is not.
static int cut_network(void) {
#if defined(__linux__)
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0) return 0;
  const int reason = errno;
  return unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0 ? 0 : reason;
#else
  return ENOSYS;
#endif
}

// Only what may be called between fork and exec in a program with threads.
static void become(const char *path, char *const arguments[], char *const environment[], const char *folder,
                   int output, int status, const dsp_limits *limits) {
  struct report report = {0, 0};
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGINT, SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  report.network_error = cut_network();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, limits->cpu_seconds);
  limit(RLIMIT_AS, limits->memory_bytes);
  limit(RLIMIT_FSIZE, limits->file_bytes);
  limit(RLIMIT_NOFILE, 64);
  if (chdir(folder) != 0) report.error = errno;
  // The report's pipe closes itself when the program starts, and so does everything else that the parent had open.
  for (int descriptor = 3; descriptor < 1024; descriptor++) {
    if (descriptor != status) close(descriptor);
  }
#if defined(__linux__) && defined(SYS_close_range)
  syscall(SYS_close_range, 1024u, ~0u, 0u);
#endif
  if (report.error == 0) {
    if (write(status, &report, sizeof report) != sizeof report) _exit(126);
    execve(path, arguments, environment);
    report.error = errno;
  }
  if (write(status, &report, sizeof report) != sizeof report) _exit(126);
  _exit(126);
}

int dsp_spawn_limited(const char *path, char *const arguments[], char *const environment[], const char *folder,
                      int output, const dsp_limits *limits, int *network_error) {
  int status[2];
  if (pipe(status) != 0) return -errno;
  fcntl(status[0], F_SETFD, FD_CLOEXEC);
  fcntl(status[1], F_SETFD, FD_CLOEXEC);
  // The child closes all descriptors from 3 to 1023 but this one, and all above.
  if (status[1] >= 1024) {
    close(status[0]);
    close(status[1]);
    return -EMFILE;
  }
  const pid_t child = fork();
  if (child < 0) {
    const int reason = errno;
    close(status[0]);
    close(status[1]);
    return -reason;
  }
  if (child == 0) become(path, arguments, environment, folder, output, status[1], limits);
  close(status[1]);
  struct report report = {0, EIO}, next;
  ssize_t count;
  while ((count = read(status[0], &next, sizeof next)) == sizeof next || (count < 0 && errno == EINTR)) {
    if (count > 0) report = next;
  }
  close(status[0]);
  *network_error = report.network_error;
  if (report.error == 0) return child;
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
  return -report.error;
}
