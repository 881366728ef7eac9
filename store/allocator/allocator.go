// Package allocator tells the C library how to keep the memory that SQLite asks it for, where that library is glibc: by itself it gives
// each thread a heap of its own, and goroutines wander from thread to thread. Memory that is freed is then of no use to the one that asks
// next, and what a process holds creeps up for hours. Who imports this package has one heap, which gives back what is large or at its end.
package allocator

// #include <stdlib.h>
// #ifdef __GLIBC__
// #include <malloc.h>
//
// // Before there are threads: a heap that a thread has stays.
// __attribute__((constructor)) static void frugal(void) {
// 	mallopt(M_ARENA_MAX, 1);
// 	mallopt(M_MMAP_THRESHOLD, 128 << 10);
// 	mallopt(M_TRIM_THRESHOLD, 256 << 10);
// }
// #endif
import "C"
