#include "store/sqlite/fault_vfs.hpp"

#include <sqlite3.h>

#include <cstring>
#include <mutex>
#include <optional>

namespace quickclinic::store {
namespace {

using Fault = FaultVfs::Fault;

/// What is to fail, and what has.
struct Plan {
  std::mutex mutex;
  std::optional<Fault> fault;
  std::int64_t left = 0;  // operations that still succeed, the failing one included
  bool lasting = false;
  bool struck = false;

  // Whether the operation that is about to happen, one of `kind`, is to fail.
  bool strikes(Fault kind) {
    const std::lock_guard lock(mutex);
    if (fault != kind || (struck && !lasting)) return false;
    if (left > 0) --left;
    if (left > 0) return false;
    struck = true;
    return true;
  }
};

Plan plan;
sqlite3_vfs* real = nullptr;

/// A file of ours: SQLite's file stands right behind it in memory, which SQLite sizes by
/// `szOsFile`.
struct File {
  sqlite3_file base;
};

sqlite3_file* under(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
}

int close_file(sqlite3_file* file) { return under(file)->pMethods->xClose(under(file)); }
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return under(file)->pMethods->xRead(under(file), to, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (plan.strikes(Fault::write_error)) return SQLITE_IOERR_WRITE;
  if (plan.strikes(Fault::disk_full)) return SQLITE_FULL;
  return under(file)->pMethods->xWrite(under(file), from, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return under(file)->pMethods->xTruncate(under(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  if (plan.strikes(Fault::sync_error)) return SQLITE_IOERR_FSYNC;
  return under(file)->pMethods->xSync(under(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return under(file)->pMethods->xFileSize(under(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return under(file)->pMethods->xLock(under(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return under(file)->pMethods->xUnlock(under(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* held) {
  return under(file)->pMethods->xCheckReservedLock(under(file), held);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  return under(file)->pMethods->xFileControl(under(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return under(file)->pMethods->xSectorSize(under(file)); }
int device_characteristics(sqlite3_file* file) {
  return under(file)->pMethods->xDeviceCharacteristics(under(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
  return under(file)->pMethods->xShmMap(under(file), page, size, extend, to);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return under(file)->pMethods->xShmLock(under(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { under(file)->pMethods->xShmBarrier(under(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return under(file)->pMethods->xShmUnmap(under(file), remove);
}

// Version 2: without memory-mapped reading, which needs no faults.
const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* opened) {
  file->pMethods = nullptr;
  const int code = real->xOpen(real, name, under(file), flags, opened);
  if (code == SQLITE_OK) file->pMethods = &methods;
  return code;
}

sqlite3_vfs shim;

}  // namespace

FaultVfs::FaultVfs() {
  static const std::string registered = name();
  real = sqlite3_vfs_find(nullptr);
  shim = *real;  // every method but opening a file does without the VFS it is called on, or is
                 // SQLite's own
  shim.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  shim.zName = registered.c_str();
  shim.pNext = nullptr;
  shim.xOpen = open_file;
  sqlite3_vfs_register(&shim, 0);
}

FaultVfs::~FaultVfs() {
  heal();
  sqlite3_vfs_unregister(&shim);
}

void FaultVfs::fail(Fault fault, std::int64_t nth, Lasting lasting) {
  const std::lock_guard lock(plan.mutex);
  plan.fault = fault;
  plan.left = nth;
  plan.lasting = lasting == Lasting::until_healed;
  plan.struck = false;
}

bool FaultVfs::heal() {
  const std::lock_guard lock(plan.mutex);
  plan.fault.reset();
  return plan.struck;
}

}  // namespace quickclinic::store
