-- Memory of a zone as C functions see it: copying by address, comparing, the mutex, and a barrier.
--
-- Addresses are plain numbers (below 2^53), so that nothing is allocated for a pointer.

local cdef = require "pyresty.native.cdef"

local C = require "pyresty.native.symbols".C

cdef.once("shm", [[
void pyresty_copy_in(uintptr_t to, const char *from, size_t size) __asm__("memcpy");
void pyresty_copy(uintptr_t to, uintptr_t from, size_t size) __asm__("memmove");
int pyresty_compare(uintptr_t a, const char *b, size_t size) __asm__("memcmp");
int pyresty_compare_inside(uintptr_t a, uintptr_t b, size_t size) __asm__("memcmp");
int pyresty_ffs(int value) __asm__("ffs");
int pyresty_mutex_lock(uintptr_t mutex) __asm__("pthread_mutex_lock");
int pyresty_mutex_unlock(uintptr_t mutex) __asm__("pthread_mutex_unlock");
int pyresty_mutex_consistent(uintptr_t mutex) __asm__("pthread_mutex_consistent");
]])

local memory = {}

-- A call keeps its place among the stores before and behind it, which the JIT compiler might otherwise drop as
-- overwritten; what it does is of no matter.
function memory.barrier()
    C.pyresty_ffs(0)
end

--- memory.copy_in(address, string, size)
function memory.copy_in(to, from, size)
    C.pyresty_copy_in(to, from, size)
end

--- memory.copy(address, address, size)
function memory.copy(to, from, size)
    C.pyresty_copy(to, from, size)
end

--- Are the `size` bytes at `address` those of the string?
function memory.equal(address, text, size)
    return C.pyresty_compare(address, text, size) == 0
end

--- Are the `size` bytes at both addresses the same?
function memory.equal_inside(a, b, size)
    return C.pyresty_compare_inside(a, b, size) == 0
end

--- → errno of pthread_mutex_lock: 0, or 130 (EOWNERDEAD) when the last owner died with it.
function memory.lock(mutex)
    return C.pyresty_mutex_lock(mutex)
end

function memory.unlock(mutex)
    return C.pyresty_mutex_unlock(mutex)
end

--- Tells the mutex that what it guards is in order again.
function memory.consistent(mutex)
    return C.pyresty_mutex_consistent(mutex)
end

return memory
