/* Stands between a process and libc (LD_PRELOAD): counts the calls that change the disk, of Python and SQLite
   alike, kills the process right before a chosen one, and gives it another wall clock. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static long moved, seen, deadly;

void faults_move_clock(long seconds) { moved = seconds; }
void faults_count(long event) { seen = 0; deadly = event; }
long faults_seen(void) { return seen; }

static void event(void) {
    if (__atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST) == deadly) kill(getpid(), SIGKILL);
}

int fsync(int file) { event(); return syscall(SYS_fsync, file); }
int fdatasync(int file) { event(); return syscall(SYS_fdatasync, file); }
int ftruncate(int file, off_t size) { event(); return syscall(SYS_ftruncate, file, size); }
int ftruncate64(int file, off64_t size) { event(); return syscall(SYS_ftruncate, file, size); }
ssize_t pwrite(int file, const void *data, size_t size, off_t place) {
    event();
    return syscall(SYS_pwrite64, file, data, size, place);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t place) {
    event();
    return syscall(SYS_pwrite64, file, data, size, place);
}
int rename(const char *from, const char *to) {
    event();
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char *path) { event(); return syscall(SYS_unlinkat, AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) {
    event();
    return syscall(SYS_unlinkat, folder, path, flags);
}
int rmdir(const char *path) { event(); return syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }
int mkdir(const char *path, mode_t mode) { event(); return syscall(SYS_mkdirat, AT_FDCWD, path, mode); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += moved;
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (now) *now = precise.tv_sec;
    return precise.tv_sec;
}
