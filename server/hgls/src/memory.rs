//! How the C library's allocator treats large pieces of memory. Knows nothing of what they hold.

/// From so many bytes on a piece is the system's again as soon as it is free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 1 << 20;

/// Has large pieces given back as soon as they are free. glibc does so from a size on that grows up to 32 MiB, whenever a piece
/// of that size is freed, and keeps what is smaller (`mallopt(3)`): while a million changesets were being numbered 90 MB
/// that nobody used.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a function of the C library without a lock of its own; there are no other threads yet")]
pub fn return_large_pieces() {
    // Says only whether it knows the parameter.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Other allocators have ways of their own.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn return_large_pieces() {}
